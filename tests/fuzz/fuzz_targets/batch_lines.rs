//! The target `batch_lines`: what it does stands in `src/`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mapcase_fuzz::batch_lines(bytes));
