#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vipmp_fuzz::checks::tables(data));
