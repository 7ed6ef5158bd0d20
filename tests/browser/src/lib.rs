//! Drives real browsers with the built extension in them.
