use ganglion_model::{evaluation::evaluate, model::Model, training::*};
struct P(std::time::Instant);
impl Progress for P {
    fn started(&mut self, p: &Plan) {
        eprintln!("{p:?}")
    }
    fn step(&mut self, _: usize, _: usize, _: f64) {}
    fn epoch(&mut self, r: &HistoryRow) {
        if r.epoch % 5 == 0 || r.epoch == 1 {
            eprintln!("{:.1}s {r:?}", self.0.elapsed().as_secs_f64())
        }
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut t: toml::Table = toml::from_str(&std::fs::read_to_string(&a[1]).unwrap()).unwrap();
    t["recording"].as_table_mut().unwrap().insert(
        "files".into(),
        toml::Value::try_from(vec![a[2].clone()]).unwrap(),
    );
    for kv in &a[4..] {
        let (k, v) = kv.split_once('=').unwrap();
        let v: toml::Value = toml::from_str::<toml::Table>(&format!("x={v}")).unwrap()["x"].clone();
        let mut cur = &mut t;
        let ks: Vec<_> = k.split('.').collect();
        for q in &ks[..ks.len() - 1] {
            cur = cur
                .entry(q.to_string())
                .or_insert(toml::Value::Table(Default::default()))
                .as_table_mut()
                .unwrap();
        }
        cur.insert(ks[ks.len() - 1].into(), v);
    }
    let c: RunConfig = toml::Value::Table(t).try_into().unwrap();
    let _ = std::fs::remove_dir_all(&a[3]);
    let d = RunDirectory::new(&a[3]);
    let o = train(
        &c,
        &d,
        &TrainOptions::default(),
        &mut P(std::time::Instant::now()),
    )
    .unwrap();
    eprintln!("{o:?}");
    let m = Model::open(&a[3], &burn::tensor::Device::flex()).unwrap();
    let e = evaluate(&m, a[2].as_ref(), ganglion_recording::Partition::Test).unwrap();
    for c in &e.cells {
        println!(
            "{} r {:.3} ceil {:.3} fev {:.3} cfev {:.3}",
            c.cell,
            c.pearson.unwrap_or(f64::NAN),
            c.ceiling.unwrap_or(f64::NAN),
            c.fev.unwrap_or(f64::NAN),
            c.corrected_fev.unwrap_or(f64::NAN)
        );
    }
    println!("median {:.3} {:?}", e.median_pearson, e.median_normalised);
}
