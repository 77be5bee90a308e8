//! Which numbers a page of history has.

/// Which part of a channel's history is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    Newest,
    Before(u32),
    After(u32),
    Around(u32),
}

impl Page {
    /// The first and last number of the page; empty when the first is above the last.
    #[must_use]
    pub fn range(self, limit: u32, last: u32) -> (u32, u32) {
        let ending_at = |end: u32| (end.saturating_sub(limit) + 1, end);
        match self {
            Self::Newest => ending_at(last),
            Self::Before(number) => ending_at(number.saturating_sub(1).min(last)),
            Self::After(number) => (number.saturating_add(1).max(1), number.saturating_add(limit).min(last)),
            Self::Around(number) => {
                let number = number.clamp(1, last.max(1));
                let from = number.saturating_sub(limit / 2).max(1);
                let to = from.saturating_add(limit - 1).min(last);
                (to.saturating_sub(limit - 1).max(1), to)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_is_a_range_of_numbers() {
        assert_eq!(Page::Newest.range(50, 120), (71, 120));
        assert_eq!(Page::Newest.range(50, 20), (1, 20));
        assert_eq!(Page::Before(71).range(50, 120), (21, 70));
        assert_eq!(Page::Before(1).range(50, 120).1, 0);
        assert_eq!(Page::After(100).range(50, 120), (101, 120));
        assert_eq!(Page::After(0).range(50, 120), (1, 50));
        assert_eq!(Page::Around(60).range(50, 120), (35, 84));
        assert_eq!(Page::Around(119).range(50, 120), (71, 120));
        assert_eq!(Page::Around(2).range(50, 120), (1, 50));
        assert_eq!(Page::Around(9_999).range(50, 120), (71, 120));
        for page in [Page::Newest, Page::After(7), Page::Before(u32::MAX), Page::After(u32::MAX), Page::Around(0)] {
            let (from, to) = page.range(50, 0);
            assert!(from > to, "{page:?} of nothing is empty");
        }
    }
}
