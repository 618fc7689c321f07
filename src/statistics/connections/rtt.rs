//! Round-trip times, one way at a time: from a segment to the acknowledgment that covers it.
//!
//! One segment is timed at once, and none that was sent again (RFC 6298 sections 3 and 4). All times are microseconds.

use crate::conversation::tcp::analysis::Segment;

/// Samples that are kept where they are; further ones are kept elsewhere.
const FEW: usize = 3;
/// Samples kept at most: beyond that every second one is dropped, and of the next ones every second is taken.
const MOST: usize = 1 << 10;

/// The samples of one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timer {
    /// The segment that is being timed: the number behind it, and when it was sent. Off if `count` says so.
    end: u32,
    since: u32,
    few: [u32; FEW],
    taken: u32,
    timing: bool,
}

/// The samples of one direction that are too many for the timer itself.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    samples: Vec<u32>,
    /// Of so many samples, one is taken.
    stride: u32,
    skipped: u32,
}

impl More {
    fn add(&mut self, sample: u32) {
        self.skipped += 1;
        if self.skipped < self.stride {
            return;
        }
        self.skipped = 0;
        if self.samples.len() >= MOST {
            let mut odd = false;
            self.samples.retain(|_| {
                odd = !odd;
                odd
            });
            self.stride = self.stride.max(1).saturating_mul(2);
        }
        self.samples.push(sample);
    }
}

impl Timer {
    /// The direction sends a segment at `now`; `again` says that it was sent before.
    pub(super) fn send(&mut self, segment: &Segment, again: bool, now: u32) {
        if again {
            self.timing = false;
        } else if !self.timing && segment.end() != segment.seq {
            (self.end, self.since, self.timing) = (segment.end(), now, true);
        }
    }
    /// The other side acknowledges what comes before `ack` at `now`.
    pub(super) fn acknowledged(&mut self, ack: u32, now: u32, more: impl FnOnce(u32)) {
        if !self.timing || (ack.wrapping_sub(self.end) as i32) < 0 {
            return;
        }
        self.timing = false;
        let sample = now.wrapping_sub(self.since);
        if sample > i32::MAX as u32 {
            // The clock went back.
            return;
        }
        match self.few.get_mut(self.taken as usize) {
            Some(place) => *place = sample,
            None => more(sample),
        }
        self.taken = self.taken.saturating_add(1);
    }
    /// All samples in ascending order.
    fn sorted(&self, more: Option<&More>) -> Vec<u32> {
        let few = self.few.iter().copied().take(self.taken as usize);
        let mut all: Vec<u32> = few.chain(more.into_iter().flat_map(|more| more.samples.iter().copied())).collect();
        all.sort_unstable();
        all
    }
    /// The smallest and the median sample.
    pub(super) fn summary(&self, more: Option<&More>) -> Option<Rtt> {
        let all = self.sorted(more);
        let (min, middle) = (*all.first()?, all.len() / 2);
        let upper = u64::from(*all.get(middle)?);
        let lower = if all.len().is_multiple_of(2) { u64::from(*all.get(middle.wrapping_sub(1))?) } else { upper };
        Some(Rtt { min: min.into(), median: (lower + upper) / 2 })
    }
}

/// A round-trip time of one direction, or of both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rtt {
    pub(super) min: u64,
    pub(super) median: u64,
}

impl Rtt {
    /// The way there and the way back, where the capture was made in between; as far as both are known.
    pub(super) fn whole(halves: [Option<Self>; 2]) -> Option<Self> {
        match halves {
            [Some(one), Some(two)] => Some(Self { min: one.min + two.min, median: one.median + two.median }),
            [one, two] => one.or(two),
        }
    }
}

/// Adds a sample to those of a direction that are too many for its timer.
pub(super) fn keep(more: &mut More, sample: u32) {
    more.add(sample);
}

#[cfg(test)]
mod tests {
    use super::{More, Rtt, Timer, keep};
    use crate::conversation::tcp::analysis::Segment;

    fn take(samples: impl IntoIterator<Item = u32>) -> Option<Rtt> {
        let (mut timer, mut more) = (Timer::default(), More::default());
        let (mut seq, mut now) = (u32::MAX - 20, 7);
        for sample in samples {
            timer.send(&Segment { seq, len: 10, ..Segment::default() }, false, now);
            (seq, now) = (seq.wrapping_add(10), now + sample);
            timer.acknowledged(seq, now, |sample| keep(&mut more, sample));
        }
        timer.summary(Some(&more))
    }

    #[test]
    fn smallest_and_median() {
        assert_eq!(take([]), None);
        assert_eq!(take([5]), Some(Rtt { min: 5, median: 5 }));
        assert_eq!(take([9, 5]), Some(Rtt { min: 5, median: 7 }));
        assert_eq!(take([9, 5, 1, 100, 8]), Some(Rtt { min: 1, median: 8 }));
        let many = take((0..50_000).map(|i| i % 101 + 1)).unwrap();
        assert!(many.min <= 3 && (48..=54).contains(&many.median), "{many:?}");
    }

    #[test]
    fn what_is_sent_again_is_not_timed() {
        let (mut timer, segment) = (Timer::default(), Segment { len: 10, ..Segment::default() });
        timer.send(&segment, false, 0);
        timer.send(&segment, true, 500);
        timer.acknowledged(10, 600, |_| {});
        assert_eq!(timer.summary(None), None);
    }

    #[test]
    fn partial_acknowledgments_and_clocks_that_go_back_are_no_samples() {
        let (mut timer, segment) = (Timer::default(), Segment { len: 10, ..Segment::default() });
        timer.send(&segment, false, 1000);
        timer.acknowledged(9, 1001, |_| {});
        timer.acknowledged(10, 900, |_| {});
        assert_eq!(timer.summary(None), None);
    }
}
