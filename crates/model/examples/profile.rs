use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::{layer::*, loss::*, network::*};
use std::time::Instant;
fn main() {
    let (s, t) = (16, 256);
    let device = Device::flex().autodiff();
    let config: ModelConfig = toml::from_str("kind=\"bn-cnn\"").unwrap();
    let mut net = config
        .init(
            &MovieShape {
                height: 50,
                width: 50,
                history: 40,
                cells: 5,
            },
            1,
            &device,
        )
        .unwrap();
    let mut opt = AdamConfig::new().init();
    for it in 0..3 {
        let t0 = Instant::now();
        let n = 2500 * s * (t + 39);
        let v: Vec<f32> = (0..n)
            .map(|i: usize| ((i * 7919) % 1000) as f32 / 500.0 - 1.0)
            .collect();
        let movie = Tensor::<5>::from_data(TensorData::new(v, [1, 50, 50, s, t + 39]), &device);
        let t1 = Instant::now();
        let mode = Mode::Training { noise_seed: it };
        let Network::Convolutional(c) = &net else {
            panic!()
        };
        let z1 = c.stages[0].linear(movie, mode);
        let ta = Instant::now();
        let a1 = c.stages[0].activate(z1, mode);
        let tb = Instant::now();
        let z2 = c.stages[1].linear(a1, mode);
        let tc = Instant::now();
        let a2 = c.stages[1].activate(z2, mode);
        let td = Instant::now();
        let Readout::Dense(r) = &c.readout else {
            panic!()
        };
        let h = r.forward(a2);
        let h = c.readout_normalisation.as_ref().unwrap().forward(
            h,
            ganglion_model::Activation::IDENTITY,
            mode,
        );
        let rates = c.output.forward(h);
        let te = Instant::now();
        let loss = PoissonLoss::published()
            .forward(rates, &Targets::all(Tensor::ones([5, s * t], &device)));
        let t2 = Instant::now();
        let mut g = loss.backward();
        let t3 = Instant::now();
        let g = GradientsParams::from_module(&mut g, &net);
        net = opt.step(1e-3, net, g);
        let t4 = Instant::now();
        let us = |a: Instant, b: Instant| (b - a).as_secs_f64() * 1e6 / (s * t) as f64;
        println!(
            "data {:.0} conv1 {:.0} bn1 {:.0} conv2 {:.0} bn2 {:.0} readout {:.0} loss {:.0} backward {:.0} adam {:.0} total {:.0} us/frame",
            us(t0, t1),
            us(t1, ta),
            us(ta, tb),
            us(tb, tc),
            us(tc, td),
            us(td, te),
            us(te, t2),
            us(t2, t3),
            us(t3, t4),
            us(t1, t4)
        );
    }
}
