//! A small JPEG encoder for tests: any sampling, separate or combined scans, restart intervals,
//! progressive.

use super::marker::{DHT, DQT, DRI, EOI, SOI, SOS};
use super::standard_tables::STANDARD_TABLES;

/// What to encode.
#[derive(Debug, Clone)]
pub(in crate::camera) struct Sketch {
    pub width: usize,
    pub height: usize,
    /// Sampling factors of Y, Cb, Cr.
    pub sampling: [(usize, usize); 3],
    /// Y, Cb and Cr at a position.
    pub colour: fn(usize, usize) -> [u8; 3],
    /// Strength of the detail in each block, 0 for none; the seed changes it.
    pub detail: i32,
    pub seed: u32,
    /// One scan per component.
    pub apart: bool,
    pub restart_interval: usize,
    pub progressive: bool,
}

/// Red, as libjpeg decodes it.
pub(in crate::camera) const RED: [u8; 3] = [76, 85, 255];

impl Default for Sketch {
    fn default() -> Self {
        Self {
            width: 64,
            height: 48,
            sampling: [(2, 2), (1, 1), (1, 1)],
            colour: |_, _| RED,
            detail: 0,
            seed: 0,
            apart: false,
            restart_interval: 0,
            progressive: false,
        }
    }
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    buffer: u32,
    count: u32,
}

impl Writer {
    fn put(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.buffer = self.buffer << 1 | (value >> bit & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.buffer as u8);
                if self.buffer as u8 == 0xFF {
                    self.bytes.push(0);
                }
                (self.buffer, self.count) = (0, 0);
            }
        }
    }

    fn pad(&mut self) {
        while self.count > 0 {
            self.put(1, 1);
        }
    }

    fn segment(&mut self, kind: u8, body: &[u8]) {
        self.bytes.extend([0xFF, kind]);
        self.bytes.extend((body.len() as u16 + 2).to_be_bytes());
        self.bytes.extend(body);
    }
}

/// Code and length of each symbol in the standard tables: class 0 is DC.
fn code(class: u8, id: u8, symbol: u8) -> (u32, u32) {
    let mut body = &STANDARD_TABLES[4..];
    loop {
        let total: usize = body[1..17].iter().map(|count| usize::from(*count)).sum();
        if body[0] == class << 4 | id {
            let (mut next, mut place) = (0u32, 17);
            for length in 1..=16 {
                for _ in 0..body[length] {
                    if body[place] == symbol {
                        return (next, length as u32);
                    }
                    (next, place) = (next + 1, place + 1);
                }
                next <<= 1;
            }
        }
        body = &body[17 + total..];
    }
}

fn size(value: i32) -> u32 {
    32 - value.unsigned_abs().leading_zeros()
}

fn magnitude(value: i32) -> u32 {
    if value < 0 { (value + (1 << size(value)) - 1) as u32 } else { value as u32 }
}

impl Sketch {
    fn most(&self) -> (usize, usize) {
        let across = self.sampling.iter().map(|factors| factors.0).max();
        let down = self.sampling.iter().map(|factors| factors.1).max();
        (across.expect("three"), down.expect("three"))
    }

    /// The coefficients of a component's block, in transmission order.
    fn block(&self, component: usize, x: usize, y: usize) -> [i32; 64] {
        let (across, down) = self.most();
        let (h, v) = self.sampling[component];
        let at =
            |block: usize, most: usize, own: usize, side: usize| ((block * 8 + 4) * most / own).min(side - 1);
        let colour = (self.colour)(at(x, across, h, self.width), at(y, down, v, self.height));
        let mut coefficients = [0; 64];
        coefficients[0] = i32::from(colour[component]) - 128;
        let mut chance = self.seed.wrapping_add((component * 7919 + y * 104_729 + x * 1_299_709) as u32) | 1;
        for coefficient in &mut coefficients[1..9] {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *coefficient = (chance >> 16) as i32 % (2 * self.detail + 1) - self.detail;
        }
        coefficients
    }

    fn units(&self, components: &[usize]) -> Vec<Vec<(usize, usize, usize)>> {
        let (across, down) = self.most();
        if let [only] = components {
            let (h, v) = self.sampling[*only];
            let columns = (self.width * h).div_ceil(across).div_ceil(8);
            let rows = (self.height * v).div_ceil(down).div_ceil(8);
            return (0..rows * columns).map(|unit| vec![(*only, unit % columns, unit / columns)]).collect();
        }
        let columns = self.width.div_ceil(8 * across);
        let rows = self.height.div_ceil(8 * down);
        let unit = |unit: usize| {
            let mut blocks = Vec::new();
            for &component in components {
                let (h, v) = self.sampling[component];
                for row in 0..v {
                    for column in 0..h {
                        blocks.push((component, unit % columns * h + column, unit / columns * v + row));
                    }
                }
            }
            blocks
        };
        (0..rows * columns).map(unit).collect()
    }

    /// One scan; `send` writes a block.
    fn scan(
        &self,
        out: &mut Writer,
        components: &[usize],
        band: [u8; 3],
        mut send: impl FnMut(&mut Writer, usize, &[i32; 64], &mut [i32; 3]),
    ) {
        let mut header = vec![components.len() as u8];
        for component in components {
            header.extend([*component as u8 + 1, if *component == 0 { 0x00 } else { 0x11 }]);
        }
        header.extend(band);
        out.segment(SOS, &header);
        let mut before = [0; 3];
        for (number, unit) in self.units(components).iter().enumerate() {
            if self.restart_interval > 0 && number > 0 && number % self.restart_interval == 0 {
                out.pad();
                out.bytes.extend([0xFF, 0xD0 + ((number / self.restart_interval - 1) % 8) as u8]);
                before = [0; 3];
            }
            for &(component, x, y) in unit {
                send(out, component, &self.block(component, x, y), &mut before);
            }
        }
        out.pad();
    }

    /// The picture's bytes.
    pub(in crate::camera) fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.bytes.extend([0xFF, SOI]);
        let mut steps = [1; 65];
        (steps[0], steps[1]) = (0, 8);
        out.segment(DQT, &steps);
        let side = |side: usize| (side as u16).to_be_bytes();
        let mut frame = [&[8][..], &side(self.height), &side(self.width), &[3]].concat();
        for (place, (h, v)) in self.sampling.iter().enumerate() {
            frame.extend([place as u8 + 1, (h << 4 | v) as u8, 0]);
        }
        out.segment(if self.progressive { 0xC2 } else { 0xC0 }, &frame);
        out.segment(DHT, &STANDARD_TABLES[4..]);
        if self.restart_interval > 0 {
            out.segment(DRI, &(self.restart_interval as u16).to_be_bytes());
        }
        if self.progressive {
            self.progressive_scans(&mut out);
        } else {
            let scans: &[&[usize]] = if self.apart { &[&[0], &[1], &[2]] } else { &[&[0, 1, 2]] };
            for components in scans {
                self.scan(&mut out, components, [0, 63, 0], |out, component, block, before| {
                    dc(out, component, block[0], before);
                    ac(out, component, &block[..]);
                });
            }
        }
        out.bytes.extend([0xFF, EOI]);
        out.bytes
    }

    fn progressive_scans(&self, out: &mut Writer) {
        self.scan(out, &[0, 1, 2], [0, 0, 0x01], |out, component, block, before| {
            dc(out, component, block[0] >> 1, before);
        });
        for component in 0..3 {
            self.scan(out, &[component], [1, 63, 0x01], |out, component, block, _| {
                ac(out, component, &block.map(|value| value / 2));
            });
            self.scan(out, &[component], [1, 63, 0x10], |out, component, block, _| {
                refine(out, component, block)
            });
        }
        self.scan(out, &[0, 1, 2], [0, 0, 0x10], |out, _, block, _| out.put((block[0] & 1) as u32, 1));
    }
}

fn dc(out: &mut Writer, component: usize, value: i32, before: &mut [i32; 3]) {
    let difference = value - std::mem::replace(&mut before[component], value);
    let (code, length) = code(0, u8::from(component > 0), size(difference) as u8);
    out.put(code, length);
    out.put(magnitude(difference), size(difference));
}

fn ac(out: &mut Writer, component: usize, block: &[i32]) {
    let table = u8::from(component > 0);
    let mut run = 0;
    for value in &block[1..] {
        if *value == 0 {
            run += 1;
            continue;
        }
        let (code, length) = code(1, table, run << 4 | size(*value) as u8);
        out.put(code, length);
        out.put(magnitude(*value), size(*value));
        run = 0;
    }
    if run > 0 {
        let (code, length) = code(1, table, 0);
        out.put(code, length);
    }
}

fn refine(out: &mut Writer, component: usize, block: &[i32; 64]) {
    let table = u8::from(component > 0);
    let (mut run, mut corrections) = (0, Vec::new());
    for value in &block[1..] {
        match value.abs() {
            0 => run += 1,
            1 => {
                let (code, length) = code(1, table, run << 4 | 1);
                out.put(code, length);
                out.put(u32::from(*value > 0), 1);
                corrections.drain(..).for_each(|bit| out.put(bit, 1));
                run = 0;
            }
            sent => corrections.push((sent & 1) as u32),
        }
    }
    let (code, length) = code(1, table, 0);
    out.put(code, length);
    corrections.drain(..).for_each(|bit| out.put(bit, 1));
}
