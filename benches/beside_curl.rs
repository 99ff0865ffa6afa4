//! The program, built for release, beside `curl` making the same two requests: `cargo bench`.
//!
//! Both talk over TLS to the mock service, and both read the system's whole bundle of certificates,
//! with one more in it for the mock service. That runs in a process of its own, and its refresh
//! tokens work more than once, so that curl, which saves nothing, can use one again.

#[cfg(unix)]
#[path = "../examples/sandbox/mock/mod.rs"]
mod mock;
#[cfg(unix)]
#[path = "../tests/it/tls.rs"]
mod tls;

#[cfg(unix)]
fn main() {
    bench::main();
}

#[cfg(not(unix))]
fn main() {
    println!("The benchmark asks Unix what a process has used; it does not run here.");
}

#[cfg(unix)]
mod bench {
    use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID};
    use crate::mock::http::Stream;
    use crate::mock::issuer::{OAUTH_CLIENT, TOKEN_ENDPOINT};
    use crate::mock::{MockService, Server};
    use crate::tls::{self, Authority};
    use rustls::ServerConfig;
    use serde_json::Value;
    use std::io::{self, BufRead, BufReader, Read};
    use std::net::TcpStream;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};
    use std::{env, fs};

    const NAME: &str = env!("CARGO_PKG_NAME");
    const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));

    const RUNS: usize = 40;
    const BUNDLES: [&str; 4] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// What one run took.
    #[derive(Clone, Copy, Default)]
    struct Used {
        wall: Duration,
        cpu: Duration,
        /// Peak memory in bytes.
        memory: u64,
    }

    /// Makes the commands that are one run.
    type Commands<'a> = Box<dyn Fn() -> Vec<Command> + 'a>;

    pub fn main() {
        match env::args().nth(1).as_deref() {
            Some("serve") => serve(Path::new(&env::args().nth(2).unwrap())),
            // cargo bench says --bench.
            _ => measure(),
        }
    }

    /// Runs the mock service until standard input ends.
    fn serve(folder: &Path) {
        let authority = Authority::new("Benchmark CA");
        let certificate = authority.certificate("127.0.0.1", tls::VALID);
        let mock = MockService::start(TlsServer { certificate }).unwrap();
        mock.state().issuer.rotates = false;
        mock.fill(folder).unwrap();
        fs::write(folder.join("ca.pem"), &authority.pem).unwrap();
        println!("{}", mock.url);
        io::stdin().read_to_end(&mut Vec::new()).unwrap();
        let refresh_token = field(&folder.join("creds.json"), "refresh_token");
        assert!(mock.state().issuer.accepts(&refresh_token));
    }

    struct TlsServer {
        certificate: Arc<ServerConfig>,
    }

    impl Server for TlsServer {
        fn origin(&self) -> &str {
            "https://127.0.0.1"
        }

        fn connect(&self, stream: TcpStream) -> io::Result<Box<dyn Stream>> {
            tls::wrap(stream, &self.certificate)
        }
    }

    fn field(creds: &Path, name: &str) -> String {
        let creds: Value = serde_json::from_slice(&fs::read(creds).unwrap()).unwrap();
        creds[name].as_str().unwrap().to_owned()
    }

    fn measure() {
        let folder = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
        fs::create_dir_all(folder).unwrap();
        let mut server = Command::new(env::current_exe().unwrap());
        let mut server = server
            .arg("serve")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        stdout.read_line(&mut url).unwrap();
        let url = url.trim();

        let system = BUNDLES
            .iter()
            .find_map(|path| fs::read_to_string(path).ok())
            .unwrap_or_default();
        let bundle = folder.join("bundle.pem");
        fs::write(
            &bundle,
            system.clone() + &fs::read_to_string(folder.join("ca.pem")).unwrap(),
        )
        .unwrap();
        println!(
            "{RUNS} runs each, {} certificates\n",
            system.matches("BEGIN CERTIFICATE").count() + 1
        );
        let creds = folder.join("creds.json");
        let (refresh, call) = (refresh(url, &creds, &bundle), call(url, &creds, &bundle));
        let both = [&refresh[..], &["--next".to_owned()], &call].concat();
        let ours = || {
            let mut program = Command::new(PROGRAM);
            program
                .current_dir(folder)
                .env("SSL_CERT_FILE", &bundle)
                .env_remove("SSL_CERT_DIR");
            program
        };
        let curl = |arguments: &[String]| {
            let mut curl = Command::new("curl");
            curl.args(arguments);
            curl
        };
        let mut contenders: Vec<(&str, Commands)> = vec![(NAME, Box::new(|| vec![ours()]))];
        if Command::new("curl").arg("--version").output().is_ok() {
            contenders.push(("curl, once for both", Box::new(|| vec![curl(&both)])));
            contenders.push((
                "curl, once for each",
                Box::new(|| vec![curl(&refresh), curl(&call)]),
            ));
        } else {
            println!("There is no curl to compare it with.\n");
        }

        // In turn, so that whatever else the machine does is shared; the first time is to warm up.
        let mut runs = vec![Vec::new(); contenders.len()];
        for _ in 0..=RUNS {
            for ((_, commands), runs) in contenders.iter().zip(&mut runs) {
                runs.push(run(commands()));
            }
        }
        println!(
            "{:22}{:>12}{:>16}   {:>12}{:>16}{:>12}",
            "", "wall", "(10% … 90%)", "CPU", "(10% … 90%)", "memory"
        );
        let medians: Vec<Used> = contenders
            .iter()
            .zip(runs)
            .map(|((name, _), runs)| row(name, &runs[1..]))
            .collect();
        println!();
        for ((name, _), theirs) in contenders.iter().zip(&medians).skip(1) {
            let ratio = |time: fn(&Used) -> Duration| {
                time(&medians[0]).as_secs_f64() / time(theirs).as_secs_f64()
            };
            let (wall, cpu) = (ratio(|used| used.wall), ratio(|used| used.cpu));
            println!(
                "{NAME} takes {wall:.2} of the wall time and {cpu:.2} of the CPU time of {name}"
            );
        }
        let size = fs::metadata(PROGRAM).unwrap().len();
        println!("{NAME} is a file of {:.2} MB", size as f64 / 1e6);
        drop(server.stdin.take());
        assert!(server.wait().unwrap().success());
        fs::remove_dir_all(folder).unwrap();
    }

    fn refresh(url: &str, creds: &Path, bundle: &Path) -> Vec<String> {
        let refresh_token = field(creds, "refresh_token");
        let form = format!(
            "grant_type=refresh_token&refresh_token={refresh_token}&client_id={OAUTH_CLIENT}"
        );
        curl_arguments(bundle, &["-d", &form, &format!("{url}{TOKEN_ENDPOINT}")])
    }

    fn call(url: &str, creds: &Path, bundle: &Path) -> Vec<String> {
        let headers = [
            format!("Authorization: Bearer {}", field(creds, "access_token")),
            format!("x-client-id: {PROJECT_ID}"),
            format!("x-api-project-id: {PROJECT_ID}"),
            "Content-Type: application/json".to_owned(),
        ];
        let headers = headers.iter().flat_map(|header| ["-H", header]);
        let url = format!("{url}{CURRENT_WORKSPACE}");
        curl_arguments(bundle, &headers.chain([&*url]).collect::<Vec<_>>())
    }

    /// The arguments of a curl that reads no configuration and prints nothing.
    fn curl_arguments(bundle: &Path, arguments: &[&str]) -> Vec<String> {
        let bundle = bundle.to_str().unwrap();
        let quiet = [
            "-q",
            "-sS",
            "--fail",
            "--noproxy",
            "*",
            "--cacert",
            bundle,
            "-o",
            "/dev/null",
        ];
        quiet
            .iter()
            .chain(arguments)
            .map(|argument| (*argument).to_owned())
            .collect()
    }

    /// Prints what the runs of one contender took, and returns the medians.
    fn row(name: &str, runs: &[Used]) -> Used {
        let spread = |time: fn(&Used) -> Duration| {
            let mut times: Vec<Duration> = runs.iter().map(time).collect();
            times.sort();
            [RUNS / 2, RUNS / 10, RUNS * 9 / 10].map(|i| times[i])
        };
        let (wall, cpu) = (spread(|used| used.wall), spread(|used| used.cpu));
        let memory = runs.iter().map(|used| used.memory).max().unwrap();
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        let cell = |[median, low, high]: [Duration; 3]| {
            format!(
                "{:>9} ms{:>16}",
                ms(median),
                format!("({} … {})", ms(low), ms(high))
            )
        };
        println!(
            "{name:22}{}   {}{:>9.1} MB",
            cell(wall),
            cell(cpu),
            memory as f64 / 1e6
        );
        Used {
            wall: wall[0],
            cpu: cpu[0],
            memory,
        }
    }

    /// Runs the commands, one after the other, and adds up what they use.
    fn run(commands: Vec<Command>) -> Used {
        let start = Instant::now();
        let mut sum = Used::default();
        for mut command in commands {
            let mut child = command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            assert!(child.wait().unwrap().success(), "{command:?} failed");
        }
        sum.wall = start.elapsed();
        sum
    }
}
