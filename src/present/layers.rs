//! `-j` and `-J`: which layers are opened where formats for machines show all fields.

use crate::dissect::field::Field;

/// The layers and fields that are opened; of the others only the name is shown.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    keys: Option<Vec<String>>,
    /// What is below an opened layer is opened, too (`-J`).
    whole: bool,
}

impl Opened {
    /// Opens what `keys` names, separated by spaces; `whole`, with all that is below it.
    pub fn new(keys: &str, whole: bool) -> Self {
        Self { keys: Some(keys.split_whitespace().map(str::to_owned).collect()), whole }
    }
    /// Whether everything is opened.
    pub fn all(&self) -> bool {
        self.keys.is_none()
    }
    /// Whether what stands below `field` at `depth` is shown.
    pub fn opens(&self, field: &Field, depth: u8) -> bool {
        let Some(keys) = &self.keys else { return true };
        if self.whole && depth > 0 {
            return true;
        }
        let key = if field.key.is_empty() { "text" } else { field.key };
        keys.iter().any(|opened| opened == key)
    }
}
