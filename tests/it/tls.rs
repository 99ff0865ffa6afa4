//! The stand-in behind TLS, with a certificate authority made for one test.

use crate::service::Service;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};
use std::sync::Arc;

/// The name that certificates are made out to here, beside localhost. No resolver knows it: only a proxy gets there.
pub const NAME: &str = "api.sandbox.test";

/// A certificate authority of a company, say.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, as `SSL_CERT_FILE` has it.
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Authority {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// Starts the stand-in as `https://HOST:PORT`, with a certificate that this authority made out to `name`, and that
    /// is no longer valid in `year`.
    pub fn start(&self, host: &str, name: &str, year: i32) -> Service {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let wrap = move |stream| {
            let connection =
                ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
            Ok(Box::new(StreamOwned::new(connection, stream)) as _)
        };
        Service::start_over(&format!("https://{host}"), wrap).unwrap()
    }
}
