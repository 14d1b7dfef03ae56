//! A bad line: stands between browser and server, and loses what it is told to lose.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone, Default)]
struct State {
    /// Where the server is now.
    server: Option<String>,
    cut: bool,
    /// So many answers to inquiries are still to be lost on their way back.
    lose: u32,
    /// What answers instead of the server.
    instead: Option<String>,
    /// Bytes that it carries to the server in a second; as fast as it can otherwise.
    pace: Option<usize>,
    /// A connection on which nothing comes for so long is closed.
    patience: Option<Duration>,
    /// How often live connections died without a word.
    deaths: u32,
}

/// The line's address stays, whatever becomes of the server behind it.
pub struct Line {
    pub base: String,
    state: Arc<Mutex<State>>,
    carried: Arc<Mutex<Vec<u8>>>,
}

/// What lets scripts of other sites read an answer.
const READABLE: &str = "access-control-allow-origin: *\r\naccess-control-allow-headers: content-type, idempotency-key\r\naccess-control-expose-headers: retry-after\r\n";

impl Line {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let carried = Arc::new(Mutex::new(Vec::new()));
        let (shared, log) = (state.clone(), carried.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(carry(socket, shared.clone(), log.clone()));
            }
        });
        Self { base, state, carried }
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().expect("the line"));
    }

    /// Leads to the server at this address, or to nowhere.
    pub fn lead_to(&self, base: Option<&str>) {
        self.set(|state| state.server = base.map(|base| base.trim_start_matches("http://").to_owned()));
    }

    pub fn cut(&self, cut: bool) {
        self.set(|state| state.cut = cut);
    }

    /// A network that wants people to sign in answers everything, with status 200.
    pub fn captive(&self) {
        self.answer("200 OK", "text/html", "<html><body>Welcome to our Wi-Fi! Please sign in.</body></html>");
    }

    /// Everything is answered like this.
    pub fn answer(&self, status: &str, kind: &str, body: &str) {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{READABLE}retry-after: 7\r\nconnection: close\r\n\r\n"
        );
        self.set(|state| state.instead = Some(head + body));
    }

    /// Everything is answered by a machine in between, which lets no script of another site read what it says.
    pub fn fail_unreadably(&self) {
        let head = "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 3\r\nconnection: close\r\n\r\n502";
        self.set(|state| state.instead = Some(head.to_owned()));
    }

    /// From now on it carries so many bytes to the server in a second.
    pub fn slow(&self, bytes: usize) {
        self.set(|state| state.pace = Some(bytes));
    }

    /// From now on it closes a connection on which nothing comes for so long, as proxies do.
    pub fn cut_idle(&self, patience: Duration) {
        self.set(|state| state.patience = Some(patience));
    }

    /// The live connections of now stay open, and nothing comes through them any more; new ones work.
    pub fn live_dies_silently(&self) {
        self.set(|state| state.deaths += 1);
    }

    /// What left the browser and came through, of all connections.
    pub fn carried(&self) -> Vec<u8> {
        self.carried.lock().expect("the line").clone()
    }

    /// The next answers to inquiries do not arrive, though the inquiries do.
    pub fn lose_answers(&self, count: u32) {
        self.set(|state| state.lose += count);
    }

    /// From now on nothing is lost.
    pub fn mend(&self) {
        self.set(|state| (state.cut, state.lose, state.instead, state.patience) = (false, 0, None, None));
    }
}

/// One connection, chunk by chunk, so that a cut takes effect at once.
async fn carry(mut client: TcpStream, shared: Arc<Mutex<State>>, log: Arc<Mutex<Vec<u8>>>) {
    let state = || shared.lock().expect("the line").clone();
    let mut server: Option<TcpStream> = None;
    let mut losing = false;
    // Deaths before this became a live connection.
    let mut live_since: Option<u32> = None;
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        let read_server = async {
            match server.as_mut() {
                Some(server) => server.read(&mut answered).await,
                None => std::future::pending().await,
            }
        };
        let patience = async {
            match state().patience {
                Some(patience) => tokio::time::sleep(patience).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = patience => return,
            read = client.read(&mut asked) => {
                let Ok(count @ 1..) = read else { return };
                let now = state();
                if now.cut {
                    return;
                }
                if let Some(answer) = now.instead {
                    // Who lets scripts read its answers lets them ask, too.
                    let asks = asked.starts_with(b"OPTIONS") && answer.contains("access-control-allow-origin");
                    let answer = if asks { format!("HTTP/1.1 204 No Content\r\n{READABLE}connection: close\r\n\r\n") } else { answer };
                    drop(client.write_all(answer.as_bytes()).await);
                    return;
                }
                if server.is_none() {
                    let Some(address) = now.server else { return };
                    let Ok(stream) = TcpStream::connect(address).await else { return };
                    server = Some(stream);
                }
                let head = &asked[..count.min(120)];
                if now.lose > 0 && head.starts_with(b"POST") && head.windows(10).any(|w| w == b"/inquiries") {
                    losing = true;
                    shared.lock().expect("the line").lose -= 1;
                }
                if head.windows(11).any(|w| w == b"/v1/events ") {
                    live_since = Some(now.deaths);
                }
                let Some(stream) = server.as_mut() else { return };
                if let Some(pace) = now.pace {
                    tokio::time::sleep(Duration::from_micros(1_000_000 * count as u64 / pace as u64)).await;
                    if state().cut {
                        return;
                    }
                }
                log.lock().expect("the line").extend_from_slice(&asked[..count]);
                if stream.write_all(&asked[..count]).await.is_err() {
                    return;
                }
            }
            read = read_server => {
                let Ok(count @ 1..) = read else { return };
                if live_since.is_some_and(|deaths| deaths < state().deaths) {
                    continue;
                }
                if losing || state().cut || client.write_all(&answered[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}
