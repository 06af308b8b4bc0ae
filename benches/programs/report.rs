//! The table that a person reads, and the same figures as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::engines::{Engine, Kind};
use crate::hello::Hello;
use crate::measure::Sample;

/// The figures of one benchmark on one engine, over all rounds: times in seconds.
#[derive(Clone, Copy)]
struct Figures {
    first: f64,
    best: f64,
    steady: f64,
    peak_bytes: u64,
}

/// In the order in which benchmarks were run.
fn names(samples: &[Sample]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for sample in samples {
        if !names.contains(&sample.line.name.as_str()) {
            names.push(&sample.line.name);
        }
    }
    names
}

/// Over the rounds: the middle first run, the least best, the least steady state, the greatest peak.
fn figures(samples: &[Sample], name: &str, engine: Kind) -> Option<Figures> {
    let of_engine: Vec<&Sample> =
        samples.iter().filter(|s| s.line.name == name && s.engine == engine).collect();
    let mut firsts: Vec<f64> = of_engine.iter().map(|sample| sample.line.first).collect();
    firsts.sort_by(f64::total_cmp);
    Some(Figures {
        first: *firsts.get(firsts.len() / 2)?,
        best: of_engine.iter().map(|sample| sample.line.best).fold(f64::INFINITY, f64::min),
        steady: of_engine.iter().map(|sample| sample.line.median).fold(f64::INFINITY, f64::min),
        peak_bytes: of_engine.iter().map(|sample| sample.peak_bytes).max()?,
    })
}

/// Prints times, speed relative to the interpreters, and memory.
pub fn print(engines: &[Engine], samples: &[Sample]) {
    let names = names(samples);
    if names.is_empty() {
        return;
    }
    let kinds: Vec<Kind> = engines.iter().map(|engine| engine.kind).collect();
    let all: Vec<Vec<Option<Figures>>> =
        names.iter().map(|name| kinds.iter().map(|&kind| figures(samples, name, kind)).collect()).collect();

    table("first run, ms", &names, &kinds, &all, |f| format!("{:.2}", f.first * 1e3));
    table("steady state, ms", &names, &kinds, &all, |f| format!("{:.2}", f.steady * 1e3));
    table("peak memory, MB", &names, &kinds, &all, |f| format!("{:.1}", f.peak_bytes as f64 / 1e6));

    for (reference, other) in
        kinds.iter().enumerate().filter(|(_, kind)| matches!(kind, Kind::CPython | Kind::PyPy))
    {
        println!("\ntimes as fast as {}, geometric mean", other.name());
        for (index, kind) in
            kinds.iter().enumerate().filter(|(_, kind)| matches!(kind, Kind::Native | Kind::Vm))
        {
            let mean = |time: fn(&Figures) -> f64| {
                let ratios: Vec<f64> =
                    all.iter().filter_map(|row| Some(time(&row[reference]?) / time(&row[index]?))).collect();
                (geometric_mean(&ratios), ratios.len())
            };
            let ((first, count), (steady, _)) = (mean(|f| f.first), mean(|f| f.steady));
            println!(
                "  {:<8} first run {first:.2}, steady state {steady:.2} ({count} benchmarks)",
                kind.name()
            );
        }
    }
}

fn table(
    title: &str,
    names: &[&str],
    kinds: &[Kind],
    all: &[Vec<Option<Figures>>],
    cell: impl Fn(&Figures) -> String,
) {
    let mut text = format!("\n{title:<24}");
    for kind in kinds {
        write!(text, "{:>12}", kind.name()).expect("write to a string");
    }
    for (name, row) in names.iter().zip(all) {
        write!(text, "\n{name:<24}").expect("write to a string");
        for figures in row {
            write!(text, "{:>12}", figures.as_ref().map_or("-".to_owned(), &cell))
                .expect("write to a string");
        }
    }
    println!("{text}");
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

/// Every figure, for programs.
pub fn json(engines: &[Engine], samples: &[Sample], hello: &[Hello]) -> String {
    let mut benchmarks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names(samples) {
        for engine in engines {
            if let Some(f) = figures(samples, name, engine.kind) {
                benchmarks.entry(name).or_default().push(format!(
                    "{:?}: {{\"first\": {}, \"best\": {}, \"steady\": {}, \"peak_bytes\": {}}}",
                    engine.kind.name(),
                    f.first,
                    f.best,
                    f.steady,
                    f.peak_bytes
                ));
            }
        }
    }
    let engines: Vec<String> =
        engines.iter().map(|e| format!("{:?}: {:?}", e.kind.name(), e.description)).collect();
    let benchmarks: Vec<String> =
        benchmarks.iter().map(|(name, rows)| format!("    {name:?}: {{{}}}", rows.join(", "))).collect();
    let hello: Vec<String> = hello.iter().map(|h| format!("    {}", h.json())).collect();
    format!(
        "{{\n  \"engines\": {{{}}},\n  \"benchmarks\": {{\n{}\n  }},\n  \"hello\": {{\n{}\n  }}\n}}\n",
        engines.join(", "),
        benchmarks.join(",\n"),
        hello.join(",\n")
    )
}
