// Package jose holds signatures, encryption and JSON as tokens use them: JWS (RFC 7515), JWE (RFC 7516), JWK
// (RFC 7517) and JWA (RFC 7518), in the compact serialization alone, with strict JSON (RFC 7519 section 4).
//
// It has no I/O and no clock, and its only randomness is that of signatures and of a key in place of one that could
// not be decrypted.
package jose
