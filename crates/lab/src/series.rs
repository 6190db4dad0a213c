//! Times, with the median and the tenth percentile: other load on the machine
//! distorts a mean.

/// Times of one thing, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Series {
    values: Vec<f64>,
}

impl Series {
    /// Adds a time.
    pub fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// The median; none without times.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The tenth percentile. On a shared machine it is nearer to the code's own cost
    /// than the median.
    pub fn p10(&self) -> Option<f64> {
        self.quantile(0.1)
    }

    fn quantile(&self, share: f64) -> Option<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        sorted.get((last as f64 * share).round() as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_known_values() {
        let mut series = Series::default();
        assert_eq!(series.median(), None);
        for value in [5.0, 1.0, 4.0, 2.0, 3.0, 6.0, 11.0, 8.0, 9.0, 10.0, 7.0] {
            series.push(value);
        }
        assert_eq!((series.median(), series.p10()), (Some(6.0), Some(2.0)));
    }
}
