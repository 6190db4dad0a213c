//! A usable model: the right file, the right shapes, tested.

use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::golden::{Golden, GoldenFault, test_picture};
use super::library::Runtime;
use super::litert::LiteRtNetwork;
use super::manifest::{ElementName, Manifest, ModelEntry};
use super::network::{Element, Network, TensorSpec};
use super::tflite::{DelegateSpec, TfliteNetwork};
use super::{ContractFault, RuntimeError};
use vouch_contract::runtime::ModelReport;

/// How networks run: the part of the configuration that depends on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOptions {
    /// CPU threads of one network.
    pub threads: u32,
    /// External delegate, for a library with the TFLite C API.
    pub delegate: Option<DelegateSpec>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { threads: 2, delegate: None }
    }
}

/// Why a model file isn't the one listed in the manifest.
#[derive(Debug, thiserror::Error)]
pub enum ModelFileFault {
    /// The file can't be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    /// Its size differs.
    #[error("{bytes} bytes instead of {promised}: truncated or another file")]
    Size {
        /// Actual size in bytes.
        bytes: u64,
        /// Size in bytes in the manifest.
        promised: u64,
    },
    /// Its digest differs.
    #[error("SHA-256 is {found}, the manifest says {promised}")]
    Digest {
        /// Digest of the file, hex.
        found: String,
        /// Digest in the manifest, hex.
        promised: String,
    },
}

/// A loaded, checked and tested model with its input and output buffers.
pub struct Model {
    entry: ModelEntry,
    network: Box<dyn Network>,
    input: Vec<u8>,
    outputs: Vec<Vec<u8>>,
    // Index in `outputs` of each output of the manifest, in its order.
    order: Vec<usize>,
    report: ModelReport,
    spent: Duration,
    runs: u64,
}

impl Model {
    /// Loads `entry` of `manifest`: checks digest, shapes and types, then runs the golden test
    /// where the model will run.
    ///
    /// # Errors
    /// Any [`RuntimeError`]; a model that fails is never used.
    pub fn load(
        runtime: Runtime,
        manifest: &Manifest,
        entry: &ModelEntry,
        options: &RunOptions,
    ) -> Result<Self, RuntimeError> {
        let mut model = Self::untested(runtime, manifest, entry, options)?;
        model.self_test(&manifest.folder)?;
        Ok(model)
    }

    /// The same without the self-test. Only for recording the numbers that the test will compare
    /// with.
    pub(super) fn untested(
        runtime: Runtime,
        manifest: &Manifest,
        entry: &ModelEntry,
        options: &RunOptions,
    ) -> Result<Self, RuntimeError> {
        let bytes = read_checked(manifest, entry)?;
        let network: Box<dyn Network> = if runtime.library().has_litert() {
            Box::new(LiteRtNetwork::compile(runtime, &entry.name, bytes, options.threads)?)
        } else {
            let delegate = options.delegate.as_ref();
            Box::new(TfliteNetwork::build(runtime, &entry.name, bytes, options.threads, delegate)?)
        };
        let order = check_contract(entry, network.as_ref())?;
        let placement = network.placement().clone();
        if placement.fell_back {
            tracing::warn!(
                model = entry.name,
                asked = placement.asked,
                actual = placement.actual,
                "this model does not run on the accelerator requested for it"
            );
        }
        Ok(Self {
            input: vec![0; network.input().byte_len()],
            outputs: network.outputs().iter().map(|spec| vec![0; spec.byte_len()]).collect(),
            order,
            report: ModelReport {
                name: entry.name.clone(),
                role: entry.role.to_string(),
                sha256: entry.sha256.to_ascii_lowercase(),
                accelerator_asked: placement.asked,
                accelerator: placement.actual,
                fell_back: placement.fell_back,
                self_test_error: 0,
            },
            entry: entry.clone(),
            network,
            spent: Duration::ZERO,
            runs: 0,
        })
    }

    /// Runs the test picture of `seed` and returns the outputs as golden numbers.
    pub(super) fn record_golden(&mut self, seed: u32, tolerance: u32) -> Result<Golden, RuntimeError> {
        self.run_picture(seed)?;
        Golden::record(&self.report.sha256, seed, tolerance, self.network.outputs(), &self.outputs)
            .map_err(|fault| RuntimeError::Contract { name: self.entry.name.clone(), fault })
    }

    fn run_picture(&mut self, seed: u32) -> Result<(), RuntimeError> {
        let (width, height) = (self.entry.input.width as usize, self.entry.input.height as usize);
        test_picture(seed, width, height, &mut self.input);
        self.run()
    }

    fn self_test(&mut self, folder: &Path) -> Result<(), RuntimeError> {
        let path = folder.join(&self.entry.golden.file);
        let golden = Golden::read(&path)?;
        let misfit = |fault: GoldenFault| RuntimeError::Golden { path: path.clone(), fault };
        if golden.sha256 != self.report.sha256 || golden.seed != self.entry.golden.seed {
            return Err(misfit(GoldenFault::OtherModel));
        }
        self.run_picture(golden.seed)?;
        let error = golden.difference(self.network.outputs(), &self.outputs).map_err(misfit)?;
        if error > golden.tolerance {
            return Err(RuntimeError::SelfTest {
                name: self.entry.name.clone(),
                accelerator: self.report.accelerator.clone(),
                error,
                tolerance: golden.tolerance,
            });
        }
        self.report.self_test_error = error;
        (self.spent, self.runs) = (Duration::ZERO, 0);
        Ok(())
    }

    /// The manifest's entry.
    pub fn entry(&self) -> &ModelEntry {
        &self.entry
    }

    /// What runs where.
    pub fn report(&self) -> &ModelReport {
        &self.report
    }

    /// The input: height x width x 3 bytes, int8.
    pub fn input_mut(&mut self) -> &mut [u8] {
        &mut self.input
    }

    /// Runs the network on the input.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn run(&mut self) -> Result<(), RuntimeError> {
        let start = Instant::now();
        let result = self.network.invoke(&self.input, &mut self.outputs);
        self.spent += start.elapsed();
        self.runs += 1;
        result
    }

    /// Output `index` in the manifest's order.
    pub fn output(&self, index: usize) -> Output<'_> {
        let at = self.order[index];
        Output { spec: &self.network.outputs()[at], bytes: &self.outputs[at] }
    }

    /// Time spent in the network, and number of runs, since loading.
    pub fn spent(&self) -> (Duration, u64) {
        (self.spent, self.runs)
    }
}

/// One output's numbers.
#[derive(Clone, Copy)]
pub struct Output<'a> {
    spec: &'a TensorSpec,
    bytes: &'a [u8],
}

impl Output<'_> {
    /// Element `index` as a real number.
    pub fn value(&self, index: usize) -> f32 {
        match self.spec.element {
            Element::Int8 => self.dequantise(i32::from(self.bytes[index] as i8)),
            Element::Uint8 => self.dequantise(i32::from(self.bytes[index])),
            Element::Float32 => {
                let at = index * 4;
                let bytes = [self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]];
                f32::from_le_bytes(bytes)
            }
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.spec.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spec.is_empty()
    }

    fn dequantise(&self, stored: i32) -> f32 {
        (stored - self.spec.zero_point) as f32 * self.spec.scale
    }
}

fn read_checked(manifest: &Manifest, entry: &ModelEntry) -> Result<Vec<u8>, RuntimeError> {
    let path = manifest.path_of(entry);
    try_read_checked(&path, entry).map_err(|fault| RuntimeError::ModelFile {
        name: entry.name.clone(),
        path,
        fault,
    })
}

fn try_read_checked(path: &Path, entry: &ModelEntry) -> Result<Vec<u8>, ModelFileFault> {
    let size = std::fs::metadata(path)?.len();
    if size != entry.size {
        return Err(ModelFileFault::Size { bytes: size, promised: entry.size });
    }
    let bytes = std::fs::read(path)?;
    let digest = hex::encode(Sha256::digest(&bytes));
    if !digest.eq_ignore_ascii_case(&entry.sha256) {
        return Err(ModelFileFault::Digest { found: digest, promised: entry.sha256.clone() });
    }
    Ok(bytes)
}

/// Compares the file's tensors with the manifest's and returns the index of each of the manifest's
/// outputs.
fn check_contract(entry: &ModelEntry, network: &dyn Network) -> Result<Vec<usize>, RuntimeError> {
    let fail = |fault: ContractFault| RuntimeError::Contract { name: entry.name.clone(), fault };
    let wanted = [1, entry.input.height as usize, entry.input.width as usize, 3];
    let input = network.input();
    if input.shape != wanted || !same_element(entry.input.element, input.element) {
        return Err(fail(ContractFault::Input {
            found: input.shape.clone(),
            element: input.element,
            promised: format!("{wanted:?} {:?}", entry.input.element),
        }));
    }
    let mut order = Vec::with_capacity(entry.outputs.len());
    for output in &entry.outputs {
        let found = network
            .outputs()
            .iter()
            .position(|spec| spec.name == output.name)
            .ok_or_else(|| fail(ContractFault::NoOutput(output.name.clone())))?;
        let spec = &network.outputs()[found];
        if spec.shape != output.shape || !same_element(output.element, spec.element) {
            return Err(fail(ContractFault::Output {
                name: output.name.clone(),
                found: spec.shape.clone(),
                element: spec.element,
                promised: format!("{:?} {:?}", output.shape, output.element),
            }));
        }
        order.push(found);
    }
    Ok(order)
}

fn same_element(name: ElementName, element: Element) -> bool {
    matches!((name, element), (ElementName::Int8, Element::Int8) | (ElementName::Float32, Element::Float32))
}
