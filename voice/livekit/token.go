package livekit

import (
	"fmt"
	"time"

	"github.com/livekit/protocol/auth"
	lkproto "github.com/livekit/protocol/livekit"
)

// A Pass says who may do what in which room.
type Pass struct {
	Room     string
	Identity string
	Name     string
	// Agent marks a participant that front-ends show as the agent; only such a one may write the user's transcript.
	Agent bool
	For   time.Duration // 0 means an hour
}

// Token signs a pass.
func (k Keys) Token(p Pass) (string, error) {
	if p.For == 0 {
		p.For = time.Hour
	}
	yes := true
	t := auth.NewAccessToken(k.Key, k.Secret).
		SetIdentity(p.Identity).SetName(p.Name).SetValidFor(p.For).
		SetVideoGrant(&auth.VideoGrant{
			RoomJoin: true, Room: p.Room, Agent: p.Agent,
			CanPublish: &yes, CanSubscribe: &yes, CanPublishData: &yes, CanUpdateOwnMetadata: &yes,
		})
	if p.Agent {
		t.SetKind(lkproto.ParticipantInfo_AGENT)
	}
	jwt, err := t.ToJWT()
	if err != nil {
		return "", fmt.Errorf("sign a token for %s: %w", p.Room, err)
	}
	return jwt, nil
}

// workerToken lets a worker register.
func (k Keys) workerToken() (string, error) {
	return auth.NewAccessToken(k.Key, k.Secret).SetValidFor(time.Hour).SetVideoGrant(&auth.VideoGrant{Agent: true}).ToJWT()
}
