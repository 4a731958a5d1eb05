//! The target `worded`: what it does stands in `src/`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mapcase_fuzz::worded(bytes));
