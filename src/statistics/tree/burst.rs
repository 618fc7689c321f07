//! The most that happened within a tenth of a second.

use std::collections::VecDeque;

/// Nanoseconds whose events are counted together.
const BUCKET: i64 = 5_000_000;
/// Buckets in which a burst may happen.
const WINDOW: i64 = 20;

/// Events of one bucket, and when the first of them happened.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    number: i64,
    start: i64,
    count: u32,
}

/// Finds the window of a tenth of a second in which most happened.
#[derive(Debug, Default)]
pub(super) struct Burst {
    /// Those of the last window in which something happened, the oldest first.
    buckets: VecDeque<Bucket>,
    within: u32,
    most: u32,
    start: i64,
}

impl Burst {
    /// Something happens at `now`, in nanoseconds since the capture's first frame.
    pub(super) fn tick(&mut self, now: i64) {
        let number = now.div_euclid(BUCKET);
        if self.most == 0 {
            // The capture's first bucket is there from the beginning.
            self.buckets.push_back(Bucket { number: 0, start: 0, count: 0 });
        }
        if self.buckets.front().is_some_and(|oldest| number < oldest.number) {
            return;
        }
        while let Some(oldest) = self.buckets.front().filter(|oldest| number.saturating_sub(oldest.number) >= WINDOW) {
            self.within -= oldest.count;
            self.buckets.pop_front();
        }
        let behind = self.buckets.partition_point(|bucket| bucket.number <= number);
        let known = behind.checked_sub(1).and_then(|last| self.buckets.get_mut(last));
        match known.filter(|bucket| bucket.number == number) {
            Some(bucket) => bucket.count = bucket.count.saturating_add(1),
            None => self.buckets.insert(behind, Bucket { number, start: now, count: 1 }),
        }
        self.within = self.within.saturating_add(1);
        if self.within > self.most {
            self.most = self.within;
            self.start = self.buckets.front().map_or(now, |oldest| oldest.start);
        }
    }
    /// Events a millisecond in the window in which most happened, and when it began, in seconds since the capture's
    /// first frame; `None` if nothing happened.
    pub(super) fn most(&self) -> Option<(f64, f64)> {
        let rate = f64::from(self.most) / (WINDOW * BUCKET / 1_000_000) as f64;
        (self.most > 0).then_some((rate, self.start as f64 / 1e9))
    }
}

#[cfg(test)]
mod tests {
    use super::Burst;

    fn most(millis: &[f64]) -> (u32, i64) {
        let mut burst = Burst::default();
        millis.iter().for_each(|at| burst.tick((at * 1e6) as i64));
        (burst.most, burst.start / 1000)
    }

    #[test]
    fn windows_begin_where_buckets_do() {
        assert_eq!(most(&[3.5, 99.9]), (2, 0));
        assert_eq!(most(&[3.5, 100.1]), (1, 0));
        assert_eq!(most(&[5.5, 104.9]), (2, 5_500));
        assert_eq!(most(&[5.5, 105.1]), (1, 0));
    }

    #[test]
    fn the_first_of_equal_bursts_counts() {
        assert_eq!(most(&[10.0, 11.0, 500.0, 501.0]), (2, 0));
        assert_eq!(most(&[10.0, 500.0, 501.0, 700.0, 702.0]), (2, 500_000));
    }

    #[test]
    fn what_comes_late_counts_where_it_belongs() {
        assert_eq!(most(&[500.0, 550.0, 530.0, 551.0]), (4, 500_000));
        assert_eq!(most(&[500.0, 700.0, 510.0, 511.0, 701.0]), (2, 700_000));
    }
}
