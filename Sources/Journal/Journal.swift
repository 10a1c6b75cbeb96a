// Journal
import GRDB
import CPostgres
import Crypto
