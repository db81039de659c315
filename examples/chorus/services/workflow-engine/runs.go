package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

var (
	errUnknown = errors.New("no such run")
	bucket     = []byte("runs")
)

type run struct {
	ID       string   `json:"id"`
	Workflow string   `json:"workflow"`
	Done     []string `json:"done"`
	Open     []string `json:"open"`
}

// runs is a file with every run.
type runs struct{ db *bolt.DB }

func openRuns(path string) (*runs, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: 5 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	return &runs{db: db}, err
}

func (r *runs) close() error { return r.db.Close() }

func (r *runs) start(workflow string, steps []string) (run, error) {
	one := run{ID: uuid.NewString(), Workflow: workflow, Done: []string{}, Open: steps}
	return one, r.db.Update(func(tx *bolt.Tx) error { return put(tx, one) })
}

func (r *runs) get(id string) (one run, err error) {
	err = r.db.View(func(tx *bolt.Tx) error {
		one, err = find(tx, id)
		return err
	})
	return one, err
}

// advance does the next step of a run.
func (r *runs) advance(id string) (one run, err error) {
	err = r.db.Update(func(tx *bolt.Tx) error {
		if one, err = find(tx, id); err != nil || len(one.Open) == 0 {
			return err
		}
		one.Done, one.Open = append(one.Done, one.Open[0]), one.Open[1:]
		return put(tx, one)
	})
	return one, err
}

func find(tx *bolt.Tx, id string) (one run, err error) {
	text := tx.Bucket(bucket).Get([]byte(id))
	if text == nil {
		return one, errUnknown
	}
	return one, json.Unmarshal(text, &one)
}

func put(tx *bolt.Tx, one run) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	return tx.Bucket(bucket).Put([]byte(one.ID), text)
}
