package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"example.com/workerflow/internal/jobs"
	bolt "go.etcd.io/bbolt"
)

// Waiting jobs also have an entry in `waiting`, so that the next one is found at once.
var all, waiting = []byte("jobs"), []byte("waiting")

type store struct{ db *bolt.DB }

func open(path string) (*store, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: 5 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		if _, err := tx.CreateBucketIfNotExists(all); err != nil {
			return err
		}
		_, err := tx.CreateBucketIfNotExists(waiting)
		return err
	})
	return &store{db: db}, err
}

func (s *store) ready(context.Context) error { return s.db.View(func(*bolt.Tx) error { return nil }) }

func (s *store) add(job jobs.Job) (jobs.Job, error) {
	err := s.db.Update(func(tx *bolt.Tx) (err error) {
		if job.ID, err = tx.Bucket(all).NextSequence(); err != nil {
			return err
		}
		job.State = jobs.Waiting
		if err := tx.Bucket(waiting).Put(number(job.ID), nil); err != nil {
			return err
		}
		return put(tx, job)
	})
	return job, err
}

func (s *store) take() (job jobs.Job, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		first, _ := tx.Bucket(waiting).Cursor().First()
		if first == nil {
			return jobs.ErrNone
		}
		if job, err = find(tx, first); err != nil {
			return err
		}
		job.State = jobs.Taken
		if err := tx.Bucket(waiting).Delete(first); err != nil {
			return err
		}
		return put(tx, job)
	})
	return job, err
}

func (s *store) finish(id uint64, result string) (job jobs.Job, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		if job, err = find(tx, number(id)); err != nil {
			return err
		}
		job.State, job.Result = jobs.Done, result
		return put(tx, job)
	})
	return job, err
}

func (s *store) get(id uint64) (job jobs.Job, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		job, err = find(tx, number(id))
		return err
	})
	return job, err
}

func find(tx *bolt.Tx, id []byte) (job jobs.Job, err error) {
	text := tx.Bucket(all).Get(id)
	if text == nil {
		return job, jobs.ErrNone
	}
	return job, json.Unmarshal(text, &job)
}

func put(tx *bolt.Tx, job jobs.Job) error {
	text, err := json.Marshal(job)
	if err != nil {
		return err
	}
	return tx.Bucket(all).Put(number(job.ID), text)
}

func number(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
