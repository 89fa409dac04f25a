//! Who holds a lock.

use std::fmt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The process that has a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its number.
    pub process: u32,
    /// Name of its computer.
    pub host: String,
    /// When it took the folder, seconds since 1970.
    pub since: u64,
}

impl Holder {
    /// This process, now.
    pub fn this() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            process: std::process::id(),
            host: host(),
            since: since.map_or(0, |since| since.as_secs()),
        }
    }

    /// What a lock's file says, if it does.
    pub fn read(path: &Path) -> Option<Self> {
        toml::from_str(&std::fs::read_to_string(path).ok()?).ok()
    }

    /// What the file says.
    pub(super) fn to_text(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (process, host, since) = (self.process, &self.host, date(self.since));
        write!(f, "process {process} on {host}, since {since} UTC")
    }
}

fn host() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = ["HOSTNAME", "COMPUTERNAME"].map(|name| std::env::var(name).ok());
    let known = kernel.into_iter().chain(named.into_iter().flatten());
    let mut known = known.map(|name| name.trim().to_owned());
    known
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "an unnamed computer".to_owned())
}

/// Date and time in the Gregorian calendar.
///
/// Source: H. Hinnant, *chrono-compatible low-level date algorithms*, `civil_from_days`.
fn date(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // By `date -u -d @SECONDS`.
        assert_eq!(date(0), "1970-01-01 00:00:00");
        assert_eq!(date(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(date(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(date(1_767_225_599), "2025-12-31 23:59:59");
    }

    #[test]
    fn a_holder_is_read_as_it_was_written() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let holder = Holder::this();
        std::fs::write(file.path(), holder.to_text()).unwrap();
        assert_eq!(Holder::read(file.path()), Some(holder));
        std::fs::write(file.path(), "").unwrap();
        assert_eq!(Holder::read(file.path()), None);
    }
}
