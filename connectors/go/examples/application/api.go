package main

import (
	"net/http"
	"sync"

	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/kit"
)

// order is one of somebody.
type order struct {
	Article string `json:"article"`
	Owner   string `json:"owner"`
}

var (
	mutex  sync.Mutex
	orders = []order{{"A lamp", "the shop"}}
)

// listOrders answers people with the orders of the shop and their own, and jobs with all.
func listOrders(writer http.ResponseWriter, request *http.Request) error {
	caller := guard.Caller(request.Context())
	mutex.Lock()
	defer mutex.Unlock()
	found := []order{}
	for _, own := range orders {
		if !caller.IsUser() || own.Owner == "the shop" || own.Owner == caller.Subject() {
			found = append(found, own)
		}
	}
	return kit.WriteJSON(writer, http.StatusOK, map[string]any{"items": found})
}

// createOrder is for those who have the role.
func createOrder(writer http.ResponseWriter, request *http.Request) error {
	var made order
	if err := kit.ReadJSON(request, &made); err != nil {
		return err
	}
	made.Owner = guard.Caller(request.Context()).Subject()
	mutex.Lock()
	defer mutex.Unlock()
	orders = append(orders, made)
	return kit.WriteJSON(writer, http.StatusCreated, made)
}
