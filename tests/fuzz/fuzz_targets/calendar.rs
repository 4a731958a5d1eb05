//! The target `calendar`: what it does stands in `src/`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mapcase_fuzz::calendar(bytes));
