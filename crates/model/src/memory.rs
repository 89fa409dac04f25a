//! Keeping the memory that activations leave behind.

/// Asks the allocator to keep freed memory for the next step instead of handing it back.
///
/// Every training step frees and takes arrays of a hundred megabytes. By default glibc returns each
/// to the kernel and gets it back page by page, zeroed: a fifth to a quarter of a step's time. To be
/// called once, when a program starts; does nothing where the allocator is not glibc's.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets the allocator's parameters.
    unsafe {
        libc::mallopt(libc::M_MMAP_MAX, 0);
        libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX);
    }
}
