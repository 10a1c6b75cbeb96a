// Fieldbus
import X509
import NIOSSL
