//! The priority of a thread. The only file that names rustix.

/// Lets everybody else on this machine go first, where the system can; a replica that is not let
/// aside is slower for the others and no less right.
#[cfg(target_os = "linux")]
pub(super) fn lower() {
    /// The lowest there is.
    const NICE: i32 = 19;
    // On Linux the priority is that of one thread.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE);
}

/// Elsewhere a priority is that of the whole process.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower() {}
