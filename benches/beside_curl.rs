//! The program, built for release, beside `curl` making the same two requests: `cargo bench`.
//!
//! Both talk over TLS to the mock service, which runs in a process of its own. As in reality, the issuer
//! and the API are two hosts (here two ports), so one connection cannot serve for both. Refresh tokens
//! work more than once, so that curl, which saves nothing, can use one again.
//!
//! On a default Debian, both programs read the file of the system's certificates and the folder
//! beside it. The mock service's certificate cannot be put there, so both are told, by `SSL_CERT_FILE`
//! and `SSL_CERT_DIR` or by curl's options, to read a copy of that file with the certificate in it, and the
//! folder itself: as much as without, whatever cargo sets these variables to.

#[cfg(unix)]
#[path = "../examples/sandbox/mock/mod.rs"]
mod mock;
#[cfg(unix)]
#[path = "../tests/it/tls.rs"]
mod tls;

#[cfg(unix)]
fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => bench::serve(),
        // cargo bench says --bench.
        _ => bench::measure(),
    }
}

#[cfg(not(unix))]
fn main() {
    println!("The benchmark reads the certificates of Unix systems; it does not run here.");
}

#[cfg(unix)]
mod bench {
    use crate::mock::gateway::{CURRENT_WORKSPACE, PROJECT_ID};
    use crate::mock::http::{RecordedRequest, Stream};
    use crate::mock::issuer::{OAUTH_CLIENT, TOKEN_ENDPOINT};
    use crate::mock::{MockService, Server};
    use crate::tls::{self, Authority};
    use rustls::ServerConfig;
    use serde_json::Value;
    use std::io::{self, BufRead, BufReader, Read};
    use std::net::TcpStream;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};
    use std::{env, fs};

    const NAME: &str = env!("CARGO_PKG_NAME");
    const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));
    const ROUNDS: usize = 6;
    const RUNS: usize = 20;
    const FOLDER: &str = "/etc/ssl/certs";
    const FILES: [&str; 4] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    struct Contender {
        name: &'static str,
        command: Command,
        /// Of each run.
        wall: Vec<Duration>,
        /// Of all runs.
        cpu: Duration,
    }

    /// One of the two hosts.
    struct Host {
        certificate: Arc<ServerConfig>,
        /// Who replies, if that is the other.
        replies: Option<MockService>,
    }

    impl Server for Host {
        fn origin(&self) -> &str {
            "https://127.0.0.1"
        }

        fn connect(&self, stream: TcpStream) -> io::Result<Box<dyn Stream>> {
            tls::wrap(stream, &self.certificate)
        }

        fn reply(
            &self,
            mock: &MockService,
            request: &RecordedRequest,
            stream: &mut dyn Stream,
        ) -> io::Result<()> {
            let mock = self.replies.as_ref().unwrap_or(mock);
            mock.respond(request).write(stream)
        }
    }

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench")
    }

    /// Runs the mock service until standard input ends.
    pub fn serve() {
        let authority = Authority::new("Benchmark CA");
        let certificate = authority.certificate("127.0.0.1", tls::VALID);
        let start = |replies| {
            let certificate = certificate.clone();
            MockService::start(Host {
                certificate,
                replies,
            })
            .unwrap()
        };
        let issuer = start(None);
        issuer.state().issuer.rotates = false;
        issuer.fill(&folder()).unwrap();
        let api = start(Some(issuer.clone()));
        fs::write(folder().join("aac_url.txt"), &api.url).unwrap();
        let system = FILES.iter().find_map(|file| fs::read_to_string(file).ok());
        let bundle = system.unwrap_or_default() + &authority.pem;
        fs::write(folder().join("bundle.pem"), bundle).unwrap();
        println!("{}\n{}", issuer.url, api.url);
        io::stdin().read_to_end(&mut Vec::new()).unwrap();
        let refresh_token = field("refresh_token");
        assert!(issuer.state().issuer.accepts(&refresh_token));
    }

    pub fn measure() {
        let mut server = Command::new(env::current_exe().unwrap());
        server.arg("serve").stdin(Stdio::piped());
        let mut server = server.stdout(Stdio::piped()).spawn().unwrap();
        let mut urls = BufReader::new(server.stdout.take().unwrap()).lines();
        let [issuer, api] = [(); 2].map(|()| urls.next().unwrap().unwrap());

        let mut contenders = vec![contender(NAME, Command::new(PROGRAM))];
        if Command::new("curl").arg("--version").output().is_ok() {
            contenders.push(contender("curl", curl(&issuer, &api)));
        } else {
            println!("There is no curl to compare it with.");
        }
        // In turn, so that whatever else the machine does is shared.
        for _ in 0..ROUNDS {
            contenders.iter_mut().for_each(run);
        }
        drop(server.stdin.take());
        assert!(server.wait().unwrap().success());
        fs::remove_dir_all(folder()).unwrap();
        report(&mut contenders);
    }

    fn contender(name: &'static str, mut command: Command) -> Contender {
        command.current_dir(folder());
        command.stdin(Stdio::null()).stdout(Stdio::null());
        for (name, _) in env::vars_os() {
            if name
                .to_string_lossy()
                .to_ascii_uppercase()
                .ends_with("_PROXY")
            {
                command.env_remove(&name);
            }
        }
        command.env("SSL_CERT_FILE", folder().join("bundle.pem"));
        command.env("SSL_CERT_DIR", FOLDER);
        // To warm up.
        assert!(command.status().unwrap().success(), "{command:?} failed");
        let (wall, cpu) = (Vec::new(), Duration::ZERO);
        Contender {
            name,
            command,
            wall,
            cpu,
        }
    }

    /// A block of runs, long enough for the 100 ticks a second in which Linux counts CPU time.
    fn run(contender: &mut Contender) {
        let before = cpu_of_children();
        for _ in 0..RUNS {
            let start = Instant::now();
            assert!(contender.command.status().unwrap().success());
            contender.wall.push(start.elapsed());
        }
        contender.cpu += cpu_of_children() - before;
    }

    /// What the processes that have ended used: cutime and cstime of proc_pid_stat(5), or nothing where
    /// there is no such file.
    fn cpu_of_children() -> Duration {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        let times = fields.split(' ').skip(13).take(2);
        let ticks = times
            .map(|ticks| ticks.parse::<u32>().unwrap())
            .sum::<u32>();
        Duration::from_millis(10) * ticks
    }

    fn report(contenders: &mut [Contender]) {
        let runs = ROUNDS * RUNS;
        println!(
            "{runs} runs each{:>12}{:>16}{:>11}",
            "wall", "10% … 90%", "CPU"
        );
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let mut ours = None;
        for Contender {
            name, wall, cpu, ..
        } in contenders
        {
            wall.sort();
            let [low, median, high] = [1, 5, 9].map(|tenths| ms(wall[runs * tenths / 10]));
            let cpu = ms(*cpu) / runs as f64;
            let spread = format!("{low:.1} … {high:.1}");
            println!("{name:14}{median:>8.1} ms{spread:>16}{cpu:>8.1} ms");
            let (our_wall, our_cpu) = *ours.get_or_insert((median, cpu));
            if *name != NAME {
                let (wall, cpu) = (our_wall / median, our_cpu / cpu);
                println!("{NAME} takes {wall:.2}x the wall time and {cpu:.2}x the CPU time");
            }
        }
        let size = fs::metadata(PROGRAM).unwrap().len() as f64 / 1e6;
        println!("{NAME} is a file of {size:.2} MB");
    }

    /// A curl that reads no configuration, refreshes the tokens and calls the API.
    fn curl(issuer: &str, api: &str) -> Command {
        let bundle = folder().join("bundle.pem");
        let common = ["-sS", "--fail", "--noproxy", "*", "-o", "/dev/null"];
        let trust = ["--cacert", bundle.to_str().unwrap(), "--capath", FOLDER];
        let mut curl = Command::new("curl");
        curl.arg("-q").args(common).args(trust);
        curl.args(["-d", "grant_type=refresh_token"]);
        curl.args(["-d", &format!("refresh_token={}", field("refresh_token"))]);
        curl.args(["-d", &format!("client_id={OAUTH_CLIENT}")]);
        curl.arg(format!("{issuer}{TOKEN_ENDPOINT}"));
        curl.arg("--next").args(common).args(trust);
        for header in [
            format!("Authorization: Bearer {}", field("access_token")),
            format!("x-client-id: {PROJECT_ID}"),
            format!("x-api-project-id: {PROJECT_ID}"),
            "Content-Type: application/json".to_owned(),
        ] {
            curl.args(["-H", &header]);
        }
        curl.arg(format!("{api}{CURRENT_WORKSPACE}"));
        curl
    }

    /// A token in creds.json.
    fn field(name: &str) -> String {
        let creds = fs::read(folder().join("creds.json")).unwrap();
        let creds: Value = serde_json::from_slice(&creds).unwrap();
        creds[name].as_str().unwrap().to_owned()
    }
}
