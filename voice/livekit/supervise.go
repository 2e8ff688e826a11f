package livekit

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	lkproto "github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

const (
	// superviseEvery is how often rooms are looked at.
	superviseEvery = time.Second
	// emptyChair is how long a room may be without an agent before another is sent: a new room gets its own in 250 ms. One
	// that is sent in vain sees that the chair is taken, and leaves.
	emptyChair = 2 * time.Second
)

// supervise sends an agent to rooms where somebody waits for one. LiveKit dispatches once and never again: a room that was
// made before a worker registered, or whose worker was killed, would stay silent for ever.
func (w *Worker) supervise(ctx context.Context, url string) {
	rooms := lksdk.NewRoomServiceClient(url, w.Keys.Key, w.Keys.Secret)
	dispatch := lksdk.NewAgentDispatchServiceClient(url, w.Keys.Key, w.Keys.Secret)
	waiting := map[string]time.Time{} // since when
	t := time.NewTicker(superviseEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
		w.mu.Lock()
		full := w.full()
		w.mu.Unlock()
		if full {
			continue
		}
		list, err := rooms.ListRooms(ctx, &lkproto.ListRoomsRequest{})
		if err != nil {
			continue // the connection's own end says more
		}
		seen := map[string]bool{}
		for _, r := range list.Rooms {
			// The server counts a new room's participants some seconds late.
			empty := r.NumParticipants == 0 && time.Since(time.Unix(r.CreationTime, 0)) > 30*time.Second
			if empty || w.holds(r.Name) || !w.lonely(ctx, rooms, r.Name) {
				continue
			}
			seen[r.Name] = true
			since, known := waiting[r.Name]
			if !known {
				waiting[r.Name] = time.Now()
				continue
			}
			if time.Since(since) < emptyChair {
				continue
			}
			// Other workers look too: let one of us be the first, and look again.
			select {
			case <-time.After(rand.N(500 * time.Millisecond)):
			case <-ctx.Done():
				return
			}
			if !w.lonely(ctx, rooms, r.Name) {
				continue
			}
			w.Log.Warn("room without an agent: sending one", "room", r.Name)
			if _, err := dispatch.CreateDispatch(ctx, &lkproto.CreateAgentDispatchRequest{Room: r.Name, AgentName: w.Name}); err != nil {
				w.Log.Warn("dispatch failed", "room", r.Name, "error", err)
			}
			waiting[r.Name] = time.Now()
		}
		for name := range waiting {
			if !seen[name] {
				delete(waiting, name)
			}
		}
	}
}

// holds says whether one of our own calls is in the room.
func (w *Worker) holds(room string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, j := range w.calls {
		if j.room == room {
			return true
		}
	}
	return false
}

// lonely says that there are people in the room and no agent.
func (w *Worker) lonely(ctx context.Context, rooms *lksdk.RoomServiceClient, room string) bool {
	list, err := rooms.ListParticipants(ctx, &lkproto.ListParticipantsRequest{Room: room})
	if err != nil {
		return false
	}
	people := false
	for _, p := range list.Participants {
		switch p.Kind {
		case lkproto.ParticipantInfo_AGENT:
			return false
		case lkproto.ParticipantInfo_STANDARD, lkproto.ParticipantInfo_SIP, lkproto.ParticipantInfo_CONNECTOR:
			people = true
		}
	}
	return people
}

// taken says whether an agent of ours sat in the room before this one did.
func (w *Worker) taken(ctx context.Context, url string, r *Room) bool {
	others := false
	for _, p := range r.lk.GetRemoteParticipants() {
		others = others || p.Kind() == lksdk.ParticipantAgent && strings.HasPrefix(p.Identity(), identityPrefix)
	}
	if !others {
		return false
	}
	// Two may have come at once, and both see each other: the server knows who was first.
	list, err := lksdk.NewRoomServiceClient(url, w.Keys.Key, w.Keys.Secret).ListParticipants(ctx, &lkproto.ListParticipantsRequest{Room: r.Name()})
	if err != nil {
		return false
	}
	var agents []*lkproto.ParticipantInfo
	for _, p := range list.Participants {
		if p.Kind == lkproto.ParticipantInfo_AGENT && strings.HasPrefix(p.Identity, identityPrefix) {
			agents = append(agents, p)
		}
	}
	if len(agents) == 0 {
		return false
	}
	first := slices.MinFunc(agents, func(a, b *lkproto.ParticipantInfo) int {
		return cmp.Or(cmp.Compare(a.JoinedAtMs, b.JoinedAtMs), cmp.Compare(a.Identity, b.Identity))
	})
	return first.Identity != r.lk.LocalParticipant.Identity()
}

// RoomExists asks a server whether there is a room of this name.
func RoomExists(ctx context.Context, url string, k Keys, name string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	list, err := lksdk.NewRoomServiceClient(url, k.Key, k.Secret).ListRooms(ctx, &lkproto.ListRoomsRequest{Names: []string{name}})
	if err != nil {
		return false, err
	}
	return len(list.Rooms) > 0, nil
}
