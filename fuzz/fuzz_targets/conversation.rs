#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dpg_triage::fuzz::comment::commands(data));
