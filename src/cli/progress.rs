//! One line that says how far a long run is, for whoever sits and waits.
//!
//! In: how many files, or other things, are done. Out: a line on a terminal, redrawn in its place and taken away at the end.

use std::{
    io::Write,
    time::{Duration, Instant},
};

/// What takes less is over before anybody has read it.
const PATIENCE: Duration = Duration::from_millis(500);

const BETWEEN: Duration = Duration::from_millis(100);

/// How many of how many are done.
pub struct Progress<W: Write> {
    /// `None` where nobody looks.
    terminal: Option<W>,
    all: usize,
    /// What is counted, and that it is done.
    what: &'static str,
    next: Instant,
    drawn: bool,
}

impl<W: Write> Progress<W> {
    pub fn new(terminal: Option<W>, all: usize) -> Self {
        Self::of(terminal, all, "files checked")
    }

    /// Of other things than files.
    pub fn of(terminal: Option<W>, all: usize, what: &'static str) -> Self {
        Self { terminal, all, what, next: Instant::now() + PATIENCE, drawn: false }
    }

    /// So many are done.
    pub fn at(&mut self, done: usize) {
        let now = Instant::now();
        if let Some(terminal) = self.terminal.as_mut().filter(|_| now >= self.next) {
            // That it cannot be drawn must not end the run.
            let _ = write!(terminal, "\r{done} of {} {}", self.all, self.what);
            let _ = terminal.flush();
            self.next = now + BETWEEN;
            self.drawn = true;
        }
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if let Some(terminal) = self.terminal.as_mut().filter(|_| self.drawn) {
            let _ = write!(terminal, "\r\u{1b}[K");
            let _ = terminal.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(terminal: bool, waited: Duration) -> String {
        let mut out = Vec::new();
        let mut progress = Progress::new(terminal.then_some(&mut out), 3);
        progress.next -= waited;
        (0..3).for_each(|done| progress.at(done));
        drop(progress);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn it_is_drawn_only_when_it_takes_long_and_goes_away() {
        assert_eq!(shown(true, Duration::ZERO), "");
        assert_eq!(shown(false, PATIENCE), "");
        assert_eq!(shown(true, PATIENCE), "\r0 of 3 files checked\r\u{1b}[K");
    }
}
