//! Giving up, once the interfaces are open, all that is not needed to dissect.
//!
//! What takes packets apart reads what strangers sent. It runs as an ordinary user, cannot gain rights, and can write
//! nowhere but where its output goes.

use std::env;
use std::path::PathBuf;

use nix::unistd::{Gid, Uid, User, geteuid, initgroups, setgid, setgroups, setuid};

/// Whom to become.
struct Target {
    uid: Uid,
    gid: Gid,
    name: Option<String>,
}

/// Goes on as `user`, or as who called sudo; keeps files from being written outside of the folders `writable`. Says what
/// could not be done that is no error.
///
/// # Errors
/// Where rights that should be given up cannot be.
pub(super) fn give_up(user: Option<&str>, writable: &[PathBuf]) -> Result<Option<String>, String> {
    if let Some(target) = target(user)? {
        become_user(&target)?;
    }
    if geteuid().is_root() { confine(writable) } else { forget().and_then(|()| confine(writable)) }
}

/// Whom to become, if anybody: only root can, and has to be told whom.
fn target(user: Option<&str>) -> Result<Option<Target>, String> {
    let root = geteuid().is_root();
    if let Some(name) = user {
        if !root {
            return Err(format!("Only root can go on as another user: leave -Z {name} out."));
        }
        let found = User::from_name(name).ok().flatten().ok_or_else(|| format!("There is no user \"{name}\"."))?;
        return Ok(Some(Target { uid: found.uid, gid: found.gid, name: Some(found.name) }));
    }
    let number = |name| env::var(name).ok()?.parse::<u32>().ok();
    let (Some(uid), Some(gid)) = (number("SUDO_UID"), number("SUDO_GID")) else { return Ok(None) };
    if !root || uid == 0 {
        return Ok(None);
    }
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    let name = User::from_uid(uid).ok().flatten().map(|user| user.name);
    Ok(Some(Target { uid, gid, name }))
}

/// The name of who called sudo, where this goes on as that user.
pub(super) fn caller() -> Option<String> {
    let user = Uid::from_raw(env::var("SUDO_UID").ok()?.parse().ok()?);
    let name = || User::from_uid(user).ok().flatten().map_or_else(|| user.to_string(), |user| user.name);
    (user == geteuid() && !user.is_root()).then(name)
}

/// Becomes a user, for good.
fn become_user(target: &Target) -> Result<(), String> {
    let name = target.name.as_deref().and_then(|name| std::ffi::CString::new(name).ok());
    let groups = match &name {
        Some(name) => initgroups(name, target.gid),
        None => setgroups(&[target.gid]),
    };
    groups
        .and_then(|()| setgid(target.gid))
        .and_then(|()| setuid(target.uid))
        .map_err(|error| format!("The rights of root cannot be given up: {error}."))?;
    if !target.uid.is_root() && setuid(Uid::from_raw(0)).is_ok() {
        return Err("The rights of root were given up, but can be taken back.".to_owned());
    }
    Ok(())
}

/// Drops the capabilities that an ordinary user's program had for opening interfaces.
#[cfg(target_os = "linux")]
fn forget() -> Result<(), String> {
    use caps::CapSet::{Ambient, Effective, Inheritable, Permitted};
    // Before Linux 4.3 there are no ambient ones; they never outlive the permitted ones.
    _ = caps::clear(None, Ambient);
    let clear = |set| caps::clear(None, set).map_err(|error| format!("Capabilities cannot be given up: {error}."));
    [Inheritable, Effective, Permitted].into_iter().try_for_each(clear)
}

/// Lets files be written in the folders given only, and no new rights be gained.
#[cfg(target_os = "linux")]
fn confine(writable: &[PathBuf]) -> Result<Option<String>, String> {
    use landlock::{
        ABI, AccessFs, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, path_beneath_rules,
    };
    nix::sys::prctl::set_no_new_privs().map_err(|error| format!("The process cannot be confined: {error}."))?;
    let restrict = || -> Result<RulesetStatus, RulesetError> {
        let abi = ABI::V5;
        let rules = path_beneath_rules(writable, AccessFs::from_write(abi));
        let ruleset = Ruleset::default().handle_access(AccessFs::from_write(abi))?.create()?.add_rules(rules)?;
        ruleset.restrict_self().map(|status| status.ruleset)
    };
    match restrict() {
        Ok(RulesetStatus::NotEnforced) => Ok(Some("this kernel has no Landlock: files may be written anywhere".into())),
        Ok(_) => Ok(None),
        Err(error) => Err(format!("The process cannot be confined: {error}.")),
    }
}

#[cfg(not(target_os = "linux"))]
fn forget() -> Result<(), String> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn confine(_: &[PathBuf]) -> Result<Option<String>, String> {
    Ok(Some("files may be written anywhere: only Linux confines a program".into()))
}
