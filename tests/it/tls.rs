//! TLS for the mock service, with a certificate authority that is made for one test.

use crate::mock::http::Stream;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};
use std::io;
use std::net::TcpStream;
use std::ops::Range;
use std::sync::Arc;

/// A certificate of these years is valid now.
pub const VALID: Range<i32> = 2000..2100;

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, for `SSL_CERT_FILE`.
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Authority { issuer, pem }
    }

    /// A certificate for `host`, valid from the beginning of one year to that of another.
    pub fn certificate(&self, host: &str, years: Range<i32>) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Arc::new(config)
    }
}

/// The server's side of TLS over `stream`.
pub fn wrap(stream: TcpStream, certificate: &Arc<ServerConfig>) -> io::Result<Box<dyn Stream>> {
    let connection = ServerConnection::new(certificate.clone()).map_err(io::Error::other)?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}
