package oauth

import (
	"encoding/asn1"
	"math/big"
)

// fixed is an ECDSA signature on P-256 as two numbers of 32 bytes, from its form in ASN.1.
func fixed(encoded []byte) ([]byte, error) {
	var numbers struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(encoded, &numbers); err != nil {
		return nil, err
	}
	both := make([]byte, 64)
	numbers.R.FillBytes(both[:32])
	numbers.S.FillBytes(both[32:])
	return both, nil
}
