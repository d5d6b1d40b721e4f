//! Lays a known text beside a stranger's and says, word for word, what was left out and what was put in.
//!
//! In: the words of both as numbers. Out: [`Alignment`]. Never: a judgment of the differences. The work is bounded
//! by the lengths, whatever the text repeats.

use std::{collections::HashMap, ops::Range};

use super::templates::{RUN, Template, hash};

/// Words of the template that the text lacks at one place, and what it has instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Places in the template.
    pub lacks: Range<usize>,
    /// Places in the text.
    pub has: Range<usize>,
}

/// Where a text holds a template, and how it differs.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// From the first word to the last that both have.
    pub region: Range<usize>,
    /// How many words both have.
    pub matched: usize,
    pub changes: Vec<Change>,
}

impl Alignment {
    /// 1 where every word is there and none beside them, 0 where there is none.
    pub fn score(&self, template: &Template) -> f32 {
        2.0 * self.matched as f32 / (template.words.len() + self.region.len()) as f32
    }

    /// Where the template's word stands in the text, or where it would.
    pub fn place(&self, word: usize) -> usize {
        let (mut of_template, mut of_text) = (0, self.region.start);
        for change in &self.changes {
            if word < change.lacks.start {
                break;
            }
            of_template = change.lacks.end;
            of_text = change.has.end;
            if word <= of_template {
                return of_text;
            }
        }
        (of_text + word - of_template).min(self.region.end)
    }
}

/// So many earlier hits are looked at to continue a chain.
const BACK: usize = 24;
/// At most so many pairs of words are compared in the gaps of one alignment.
const PAIRS: usize = 400_000;
/// So many words are looked over to find on from a difference at an end.
const REACH: usize = 24;

/// The best place of a template in the text. `runs` are the hashes of the text's runs, `None` where a run can be in
/// no license; `free` tells which words are not yet spoken for.
pub fn align(template: &Template, text: &[u32], runs: &[Option<u32>], free: &[bool]) -> Option<Alignment> {
    let chain = chain(&template.words, runs)?;
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (i, j) in chain {
        for step in 0..RUN {
            if pairs.last().is_none_or(|last| last.0 < i + step && last.1 < j + step) {
                pairs.push((i + step, j + step));
            }
        }
    }
    pairs = fill(&template.words, text, pairs);
    extend_back(&template.words, text, &mut pairs, free);
    extend_on(&template.words, text, &mut pairs, free);
    let (first, last) = (*pairs.first()?, *pairs.last()?);
    let mut changes = Vec::new();
    let mut note = |lacks: Range<usize>, has: Range<usize>| {
        if !lacks.is_empty() || !has.is_empty() {
            changes.push(Change { lacks, has });
        }
    };
    note(0..first.0, first.1..first.1);
    for two in pairs.windows(2) {
        note(two[0].0 + 1..two[1].0, two[0].1 + 1..two[1].1);
    }
    note(last.0 + 1..template.words.len(), last.1 + 1..last.1 + 1);
    Some(Alignment { region: first.1..last.1 + 1, matched: pairs.len(), changes })
}

/// The best sequence of common runs that go forward in both; far jumps cost.
fn chain(template: &[u32], runs: &[Option<u32>]) -> Option<Vec<(usize, usize)>> {
    let mut places: HashMap<u32, Option<usize>> = HashMap::new();
    for (at, run) in template.windows(RUN).enumerate() {
        places.entry(hash(run)).and_modify(|place| *place = None).or_insert(Some(at));
    }
    let hits: Vec<(usize, usize)> =
        runs.iter().enumerate().filter_map(|(j, run)| Some((places.get(&(*run)?).copied()??, j))).collect();
    let mut best: Vec<(f32, Option<usize>)> = Vec::with_capacity(hits.len());
    for (at, (i, j)) in hits.iter().enumerate() {
        let mut choice = (RUN as f32, None);
        for before in at.saturating_sub(BACK)..at {
            let (i0, j0) = hits[before];
            if i0 < *i {
                let gained = (*i - i0).min(RUN) as f32;
                let jump = (*i - i0).abs_diff(*j - j0).min(200) as f32;
                let score = best[before].0 + gained - jump / 4.0;
                if score > choice.0 {
                    choice = (score, Some(before));
                }
            }
        }
        best.push(choice);
    }
    let end = (0..best.len()).max_by(|one, two| best[*one].0.total_cmp(&best[*two].0))?;
    let mut chain = vec![hits[end]];
    let mut at = end;
    while let Some(before) = best[at].1 {
        chain.push(hits[before]);
        at = before;
    }
    chain.reverse();
    Some(chain)
}

/// Finds what both have in the gaps between the pairs.
fn fill(template: &[u32], text: &[u32], pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut filled: Vec<(usize, usize)> = Vec::with_capacity(template.len());
    let mut left = PAIRS;
    for pair in pairs {
        if let Some(last) = filled.last().copied() {
            let (i, j) = (last.0 + 1..pair.0, last.1 + 1..pair.1);
            let cost = i.len() * j.len();
            if cost > 0 && cost <= left {
                left -= cost;
                let common = common(&template[i.clone()], &text[j.clone()]);
                filled.extend(common.into_iter().map(|(a, b)| (a + i.start, b + j.start)));
            }
        }
        filled.push(pair);
    }
    filled
}

/// The longest common subsequence of two short runs.
fn common(one: &[u32], two: &[u32]) -> Vec<(usize, usize)> {
    let width = two.len() + 1;
    let mut lengths = vec![0_u16; (one.len() + 1) * width];
    for i in (0..one.len()).rev() {
        for j in (0..two.len()).rev() {
            lengths[i * width + j] = if one[i] == two[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < one.len() && j < two.len() {
        if one[i] == two[j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// The nearest place behind a difference where the next words are the same again: how many words to pass over in
/// the template and in the text.
fn resume(
    template: impl Fn(usize) -> Option<u32>,
    text: impl Fn(usize) -> Option<u32>,
) -> Option<(usize, usize)> {
    for sum in 0..=2 * REACH {
        for passed in sum.saturating_sub(REACH)..=sum.min(REACH) {
            let (i, j) = (passed, sum - passed);
            let same =
                (0..3).take_while(|step| template(i + step).is_some_and(|word| text(j + step) == Some(word)));
            let same = same.count();
            // Three words, or all that the template still has; a single one only where nothing is passed over.
            if same == 3 || same == 2 && template(i + 2).is_none() || same > 0 && sum == 0 {
                return Some((i, j));
            }
        }
    }
    None
}

fn extend_back(template: &[u32], text: &[u32], pairs: &mut Vec<(usize, usize)>, free: &[bool]) {
    let Some(&(mut i, mut j)) = pairs.first() else { return };
    let mut found = Vec::new();
    loop {
        let of_template = |step: usize| i.checked_sub(step + 1).map(|at| template[at]);
        let of_text = |step: usize| j.checked_sub(step + 1).filter(|at| free[*at]).map(|at| text[at]);
        let Some((skip, over)) = resume(of_template, of_text) else { break };
        (i, j) = (i - skip, j - over);
        while i > 0 && j > 0 && template[i - 1] == text[j - 1] && free[j - 1] {
            (i, j) = (i - 1, j - 1);
            found.push((i, j));
        }
    }
    found.reverse();
    found.append(pairs);
    *pairs = found;
}

fn extend_on(template: &[u32], text: &[u32], pairs: &mut Vec<(usize, usize)>, free: &[bool]) {
    let Some(&(mut i, mut j)) = pairs.last() else { return };
    loop {
        let of_template = |step: usize| template.get(i + 1 + step).copied();
        let of_text = |step: usize| text.get(j + 1 + step).copied().filter(|_| free[j + 1 + step]);
        let Some((skip, over)) = resume(of_template, of_text) else { break };
        (i, j) = (i + skip, j + over);
        while i + 1 < template.len() && j + 1 < text.len() && template[i + 1] == text[j + 1] && free[j + 1] {
            (i, j) = (i + 1, j + 1);
            pairs.push((i, j));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::license_text::templates::Kind;

    fn of(words: Vec<u32>) -> Template {
        let (optional, labels) = (vec![false; words.len()], vec![false; words.len()]);
        Template { id: "X".into(), kind: Kind::License, words, optional, title: 0, labels, runs: 0 }
    }

    fn laid(template: &Template, text: &[u32]) -> Alignment {
        let runs: Vec<_> = text.windows(RUN).map(|run| Some(hash(run))).collect();
        align(template, text, &runs, &vec![true; text.len()]).unwrap()
    }

    #[test]
    fn what_was_put_in_and_left_out_is_found_wherever_it_is() {
        let template = of((0..60).collect());
        let mut text: Vec<u32> = (0..60).collect();
        assert!(laid(&template, &text).changes.is_empty());
        text.splice(30..33, [90, 91]);
        text.splice(1..2, []);
        text.splice(0..0, [80, 81, 82]);
        text.extend([70, 71]);
        let laid = laid(&template, &text);
        assert_eq!(
            laid.changes,
            [Change { lacks: 0..2, has: 4..4 }, Change { lacks: 30..33, has: 32..34 }],
            "{laid:?}"
        );
        assert_eq!(laid.region, 4..61);
        assert_eq!([1, 2, 10, 31, 33, 40].map(|word| laid.place(word)), [4, 4, 12, 34, 34, 41]);
    }

    #[test]
    fn two_copies_are_not_woven_into_one() {
        let template = of((0..60).collect());
        let text: Vec<u32> = (0..40).chain(200..260).chain(0..60).collect();
        let laid = laid(&template, &text);
        assert_eq!((laid.region.clone(), laid.changes.len()), (100..160, 0), "{laid:?}");
    }
}
