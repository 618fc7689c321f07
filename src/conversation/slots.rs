//! What protocols remember of a conversation: each protocol its own type, in its own file.

use std::any::Any;

/// One value of each type at most.
#[derive(Default)]
pub struct Slots(Vec<Box<dyn Any + Send>>);

impl Slots {
    /// The value of type `T`.
    pub fn get<T: Any + Send>(&self) -> Option<&T> {
        self.0.iter().find_map(|slot| slot.downcast_ref())
    }
    /// The value of type `T`, to be changed.
    pub fn get_mut<T: Any + Send>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().find_map(|slot| slot.downcast_mut())
    }
    /// The value of type `T`, made if there is none yet.
    pub fn entry<T: Any + Send + Default>(&mut self) -> &mut T {
        let at = self.0.iter().position(|slot| slot.is::<T>()).unwrap_or_else(|| {
            self.0.push(Box::<T>::default());
            self.0.len() - 1
        });
        match self.0.get_mut(at).and_then(|slot| slot.downcast_mut()) {
            Some(value) => value,
            None => unreachable!("the slot at {at} was just found to hold this type"),
        }
    }
    /// Takes the value of type `T` out, to work with while the cursor is borrowed; give it back with
    /// [`put`](Self::put).
    pub fn take<T: Any + Send>(&mut self) -> Option<Box<T>> {
        let at = self.0.iter().position(|slot| slot.is::<T>())?;
        self.0.swap_remove(at).downcast().ok()
    }
    /// Puts a value in, in place of another of its type.
    pub fn put<T: Any + Send>(&mut self, value: Box<T>) {
        self.0.retain(|slot| !slot.is::<T>());
        self.0.push(value);
    }
}
