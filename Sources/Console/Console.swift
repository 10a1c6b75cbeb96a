// Console
import Hummingbird
import CArgon2
