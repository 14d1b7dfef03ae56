//! The browser bundles: two WASM crates, their glue, style sheets and the loader, into `dist/`.
//!
//! Every file but the loader is named by its content, minified, and compressed once at build time.

use crate::need::{self, WasmCompiler};
use crate::step::{cargo, program, root, run, step};
use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the bundles are made of; when none of it changed, neither did they.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "shared/src",
    "shared/Cargo.toml",
    "widget",
    "console",
    "static",
    "xtask/src/web.rs",
    "xtask/src/need.rs",
];

/// Browsers of the last three years; `oklch(from …)` and nesting have fallbacks.
const TARGETS: &str = "--target=es2022,chrome111,firefox113,safari16.4";

/// Builds what changed; tells whether anything did.
pub(crate) fn build() -> anyhow::Result<bool> {
    let dist = root().join("dist");
    let fingerprint = fingerprint()?;
    if fs::read_to_string(dist.join("fingerprint")).is_ok_and(|had| had == fingerprint) {
        println!("── browser bundles: unchanged");
        return Ok(false);
    }
    let tools = step("tools for the browser bundles", need::node_tools)?;
    let compiler = step("WASM target", need::wasm)?;
    step("WASM of widget and console", || {
        compile(&compiler, "porchlight-widget", &["--features", "csr"])?;
        compile(&compiler, "porchlight-console", &[])
    })?;
    step("glue, style sheets, compression", || {
        let made = root().join("target/web");
        fs::create_dir_all(&made)?;
        bind("porchlight_widget", "form", &made, &tools)?;
        enter(&made)?;
        bind("porchlight_console", "console", &made, &tools)?;
        gather(&made, &dist, &tools)
    })?;
    fs::write(dist.join("fingerprint"), fingerprint)?;
    Ok(true)
}

fn fingerprint() -> anyhow::Result<String> {
    let mut digest = Sha256::new();
    for source in SOURCES {
        for file in files_below(&root().join(source))? {
            digest.update(file.to_string_lossy().as_bytes());
            digest.update(fs::read(&file)?);
        }
    }
    Ok(hex(&digest.finalize()))
}

pub(crate) fn files_below(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))? {
        found.extend(files_below(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}

fn compile(compiler: &WasmCompiler, package: &str, more: &[&str]) -> anyhow::Result<()> {
    let mut arguments =
        vec!["build", "--locked", "--quiet", "--profile", "wasm", "--target", "wasm32-unknown-unknown", "--package", package];
    // Our own standard library is built for size, and a panic in it brings no text: an eighth less to download.
    arguments.extend(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
    arguments.extend(more);
    let mut command = match compiler {
        WasmCompiler::Rustup => cargo(&arguments),
        WasmCompiler::Debian => {
            let mut command = program("/usr/bin/cargo", &arguments);
            command.env("RUSTC", "/usr/bin/rustc").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", rust_lld()?);
            command
        }
    };
    // In the console Leptos then gives every element the same type, which is smaller.
    let flags = "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort";
    run(command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags))
}

/// The linker that comes with the toolchain.
fn rust_lld() -> anyhow::Result<PathBuf> {
    let sysroot = crate::step::output(Command::new("rustc").args(["--print", "sysroot"])).context("rustc is missing")?;
    let found = files_below(Path::new(&sysroot).join("lib/rustlib").as_path())?.into_iter().find(|f| f.ends_with("bin/rust-lld"));
    found.context("rust-lld is missing from the toolchain")
}

/// wasm-bindgen, then wasm-opt, which also strips the names.
fn bind(file: &str, name: &str, made: &Path, tools: &Path) -> anyhow::Result<()> {
    let input = root().join(format!("target/wasm32-unknown-unknown/wasm/{file}.wasm"));
    // The slowest part by far, and what came in is often what came in before.
    let mut digest = Sha256::new();
    for file in [&input, &root().join("xtask/src/web.rs"), &tools.join("installed")] {
        digest.update(fs::read(file)?);
    }
    let (stamp, digest) = (made.join(format!("{name}.from")), hex(&digest.finalize()));
    if fs::read_to_string(&stamp).is_ok_and(|had| had == digest) {
        return Ok(());
    }
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .omit_default_module_path(false)
        .input_path(input)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(name);
    bindgen.generate(made).with_context(|| format!("wasm-bindgen on {file}"))?;
    let (raw, small) = (made.join(format!("{name}_bg.wasm")), made.join(format!("{name}_small.wasm")));
    let optimizer = tools.join("node_modules/binaryen/bin/wasm-opt");
    let features = [
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    run(Command::new("node")
        .arg(optimizer)
        .args(["-Oz", "--strip-debug", "--strip-producers"])
        .args(features)
        .arg(&raw)
        .arg("-o")
        .arg(&small))?;
    fs::rename(small, raw)?;
    fs::write(stamp, digest)?;
    Ok(())
}

/// The script by which others enter the widget, told where the glue's own scripts are.
fn enter(made: &Path) -> anyhow::Result<()> {
    let snippets = files_below(&made.join("snippets"))?;
    let outbox = snippets.iter().find(|file| file.ends_with("outbox.js")).context("the widget's outbox.js is missing")?;
    let script = fs::read_to_string(root().join("static/widget.js")).context("static/widget.js")?;
    let outbox = format!("./{}", outbox.strip_prefix(made)?.display());
    fs::write(made.join("widget.js"), script.replace("%outbox.js%", &outbox))?;
    Ok(())
}

/// Hashed names, minified text, compressed copies, and the manifest.
fn gather(made: &Path, dist: &Path, tools: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dist)?;
    let statics = root().join("static");
    let read = |name: &str| fs::read_to_string(statics.join(name)).with_context(|| format!("static/{name}"));
    let mut manifest = BTreeMap::new();
    let base = read("base.css")?;
    let style = |name: &str| minify(tools, &[base.as_str(), &read(name)?].concat(), "css");
    keep(dist, &mut manifest, "pages.css", style("pages.css")?)?;
    // The widget's script brings its style sheet along: one request less between the click and the form.
    fs::write(made.join("widget.css"), style("widget.css")?)?;
    for (name, wasm) in [("widget", "form_bg.wasm"), ("console", "console_bg.wasm")] {
        keep(dist, &mut manifest, wasm, fs::read(made.join(wasm))?)?;
        // The glue names its WASM, so that whoever loads the glue needs to know nothing else.
        let glue = String::from_utf8(bundle(tools, &made.join(format!("{name}.js")))?)?
            .replace(&format!("\"{wasm}\""), &format!("\"{}\"", manifest[wasm]));
        let glue = named(&glue, &manifest);
        keep(dist, &mut manifest, &format!("{name}.js"), glue)?;
    }
    let console = [read("console.css")?, read("console-office.css")?].join("\n");
    keep(dist, &mut manifest, "console.css", minify(tools, &console, "css")?)?;
    keep(dist, &mut manifest, "demo.css", minify(tools, &read("demo/site.css")?, "css")?)?;
    for name in ["frame.js", "landing.js", "leave.js", "console-start.js"] {
        let script = minify(tools, &named(&read(name)?, &manifest), "js")?;
        keep(dist, &mut manifest, name, script)?;
    }
    let embed = minify(tools, &named(&read("embed.js")?, &manifest), "js")?;
    keep(dist, &mut manifest, "embed.js", embed)?;
    fs::write(dist.join("manifest.json"), serde_json::to_string_pretty(&manifest)?)?;
    // What an earlier build left would be carried along for ever.
    for file in files_below(dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let plain = name.trim_end_matches(".br").trim_end_matches(".gz");
        if plain != "manifest.json" && !manifest.values().any(|present| present == plain) {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}

/// Puts hashed names in place of `%widget.js%` and the like.
fn named(script: &str, manifest: &BTreeMap<String, String>) -> String {
    manifest.iter().fold(script.to_owned(), |script, (name, hashed)| script.replace(&format!("%{name}%"), hashed))
}

fn keep(dist: &Path, manifest: &mut BTreeMap<String, String>, name: &str, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let hash = hex(&Sha256::digest(content.as_ref()))[..8].to_owned();
    let (stem, ending) = name.rsplit_once('.').context("a name without ending")?;
    let hashed = format!("{stem}-{hash}.{ending}");
    write_all(dist, &hashed, content.as_ref())?;
    manifest.insert(name.to_owned(), hashed);
    Ok(())
}

/// The file, and beside it what brotli and gzip make of it.
fn write_all(dist: &Path, name: &str, content: &[u8]) -> anyhow::Result<()> {
    if dist.join(format!("{name}.gz")).exists() {
        return Ok(());
    }
    fs::write(dist.join(name), content)?;
    fs::write(dist.join(format!("{name}.br")), brotli(content)?)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    fs::write(dist.join(format!("{name}.gz")), gzip.finish()?)?;
    Ok(())
}

/// The shortest of what brotli makes of it: for a kilobyte of script its two models differ by seven bytes.
pub(crate) fn brotli(content: &[u8]) -> anyhow::Result<Vec<u8>> {
    use brotli::enc::backward_references::BrotliEncoderMode::{BROTLI_MODE_FONT, BROTLI_MODE_GENERIC};
    let lgwin = if content.len() < 1 << 16 { 16 } else { 22 };
    let mut shortest: Option<Vec<u8>> = None;
    for mode in [BROTLI_MODE_GENERIC, BROTLI_MODE_FONT] {
        let mut out = Vec::new();
        let settings =
            brotli::enc::BrotliEncoderParams { quality: 11, lgwin, mode, size_hint: content.len(), ..Default::default() };
        brotli::BrotliCompress(&mut &*content, &mut out, &settings)?;
        shortest = Some(shortest.take().filter(|other| other.len() <= out.len()).unwrap_or(out));
    }
    Ok(shortest.unwrap_or_default())
}

/// The glue with the snippets that it imports, as one minified module.
fn bundle(tools: &Path, glue: &Path) -> anyhow::Result<Vec<u8>> {
    let mut command = Command::new(tools.join("node_modules/.bin/esbuild"));
    command.arg(glue).args(["--bundle", "--format=esm", "--minify", "--charset=utf8", "--loader:.css=text", TARGETS]);
    let output = command.output().context("esbuild could not be started")?;
    ensure!(output.status.success(), "esbuild refused {}: {}", glue.display(), String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

fn minify(tools: &Path, text: &str, loader: &str) -> anyhow::Result<Vec<u8>> {
    let mut child = Command::new(tools.join("node_modules/.bin/esbuild"))
        .args(["--minify", "--charset=utf8", TARGETS, &format!("--loader={loader}")])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .context("esbuild could not be started")?;
    child.stdin.take().context("esbuild takes no input")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "esbuild refused a {loader} file");
    Ok(output.stdout)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
