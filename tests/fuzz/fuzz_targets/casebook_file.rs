//! The target `casebook_file`: what it does stands in `src/`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mapcase_fuzz::casebook_file(bytes));
