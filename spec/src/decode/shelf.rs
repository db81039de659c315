//! What the model keeps while a file is read. Decoding does not know what that is, so it is told apart by its type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;

/// One value of each type.
#[derive(Default)]
pub(crate) struct Shelf(HashMap<TypeId, Box<dyn Any>>);

impl Shelf {
    /// The value of a type, if there is one.
    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// The same, to be changed; an empty one for none.
    pub(crate) fn get_mut<T: Default + 'static>(&mut self) -> Option<&mut T> {
        self.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::<T>::default()).downcast_mut()
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").field("values", &self.0.len()).finish()
    }
}
