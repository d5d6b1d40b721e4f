//! What holds for any input, not only for those that came to mind.

use dpg_triage::triage::{diff::Diff, prose::inert};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_difference_is_undone_and_tells_the_lines_apart(old in "[ab,{}\n]{0,40}", new in "[ab,{}\n]{0,40}") {
        let diff = Diff::between(old.as_bytes(), new.as_bytes());
        let undone = diff.undo(new.as_bytes()).expect("its own text");
        prop_assert_eq!(undone, old.as_bytes());
        let bare = |line: &str| line.trim().trim_end_matches(',').trim().to_owned();
        let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
        for (at, line) in new.iter().enumerate().filter(|(_, line)| line.contains(['a', 'b'])) {
            if let Some(former) = diff.untouched(at + 1, at + 1) {
                prop_assert_eq!(bare(old[former - 1]), bare(line));
            }
        }
    }

    #[test]
    fn any_patch_is_read_without_a_panic(
        headers in prop::collection::vec((0_usize..9, 0_usize..9, 0_usize..9, 0_usize..9, "[ab+ \\\\\n-]{0,20}"), 0..4),
        text in "[ab\n]{0,20}",
    ) {
        let patch: String = (headers.iter())
            .map(|(a, b, c, d, lines)| format!("@@ -{a},{b} +{c},{d} @@ x\n{lines}\n"))
            .collect();
        if let Some(diff) = Diff::read(&patch) {
            diff.undo(text.as_bytes());
            diff.untouched(1, 30);
            diff.untouched(7, 3);
        }
    }

    #[test]
    fn others_text_is_one_line_of_bounded_length(text in any::<String>(), most in 1_usize..200) {
        let line = inert(&text, most);
        prop_assert!(line.chars().all(|c| !c.is_control()));
        prop_assert!(line.chars().count() <= most * 10 + 1);
    }
}
