//! State of the model while a file is decoded. The decoder does not know its types, so values are stored by type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;

/// One value of each type.
#[derive(Default)]
pub(crate) struct Shelf(HashMap<TypeId, Box<dyn Any>>);

impl Shelf {
    /// The value of a type, if it exists.
    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// The same, mutable; created if it does not exist.
    pub(crate) fn get_mut<T: Default + 'static>(&mut self) -> Option<&mut T> {
        self.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::<T>::default()).downcast_mut()
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").field("values", &self.0.len()).finish()
    }
}
