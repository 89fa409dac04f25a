//! What kind of file system a folder is on.

use std::path::{Path, PathBuf};

/// File systems whose locks depend on a server, by the names that Linux mounts them under.
const NETWORK: [&str; 14] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "lustre",
    "afs",
    "ceph",
    "gpfs",
    "beegfs",
    "9p",
    "fuse.sshfs",
    "glusterfs",
    "fuse.glusterfs",
];

/// Kind of the network file system that a folder is on; none for a local one, and where the system
/// does not say (it does on Linux).
pub fn network_file_system(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let folder = std::fs::canonicalize(folder).ok()?;
    let kind = kind_of(&folder, &mounts)?;
    NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// Kind of the innermost mount around a folder.
fn kind_of<'a>(folder: &Path, mounts: &'a str) -> Option<&'a str> {
    let mount = |line: &'a str| {
        let mut fields = line.split(' ').skip(1);
        Some((unescaped(fields.next()?), fields.next()?))
    };
    let around = mounts.lines().filter_map(mount);
    let around = around.filter(|(place, _)| folder.starts_with(place));
    // Of two at the same place, the later hides the earlier: the last of the longest.
    let innermost = around.max_by_key(|(place, _)| place.as_os_str().len());
    innermost.map(|(_, kind)| kind)
}

/// Spaces in names are written as `\040`.
fn unescaped(place: &str) -> PathBuf {
    place.replace("\\040", " ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n\
                      tmpfs /home/lab\\040a/scratch tmpfs rw 0 0\n";
        let kind = |folder: &str| kind_of(Path::new(folder), mounts);
        assert_eq!(kind("/data/runs"), Some("ext4"));
        assert_eq!(kind("/home/lab a/runs"), Some("nfs4"));
        assert_eq!(kind("/home/lab a/scratch/run"), Some("tmpfs"));
        assert_eq!(kind("/homes/x"), Some("ext4"));
    }
}
