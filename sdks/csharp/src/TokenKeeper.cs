using System;
using System.Diagnostics;

namespace Gatepass.Sdk
{
    /// <summary>
    /// The token that a client looks after, or the fixed one that it was given; safe in threads.
    /// How long one lives is counted from before it was asked for, on a clock that never jumps:
    /// the two machines need not agree on the time.
    /// </summary>
    internal sealed class TokenKeeper
    {
        private readonly object gate = new object();
        private readonly string given;
        private Kept kept;

        public TokenKeeper(TokenRequest wanted, string given)
        {
            Wanted = wanted;
            this.given = string.IsNullOrEmpty(given) ? null : given;
        }

        /// <summary>Seconds of the clock.</summary>
        public static double Now => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;

        /// <summary>What a token is asked for with; null: there is nothing to get one with.</summary>
        public TokenRequest Wanted { get; }

        /// <summary>Returns the token to show now, if there is one.</summary>
        public string Usable()
        {
            lock (gate)
            {
                if (kept != null && Now < kept.Until)
                {
                    return kept.Token;
                }
            }
            return Wanted == null ? given : null;
        }

        /// <summary>Keeps a token until a tenth of its life, at most 30 seconds, is left.</summary>
        public string Keep(IssuedToken token, double askedAt)
        {
            var life = (token.ExpirationTimeInMillis - (double)token.CreationTimeInMillis) / 1000;
            lock (gate)
            {
                kept = new Kept(token.Token, askedAt + life - Math.Min(life * 0.1, 30));
            }
            return token.Token;
        }

        /// <summary>Forgets a token, unless another one has taken its place.</summary>
        public void Discard(string token)
        {
            lock (gate)
            {
                if (kept != null && kept.Token == token)
                {
                    kept = null;
                }
            }
        }

        private sealed class Kept
        {
            public Kept(string token, double until)
            {
                Token = token;
                Until = until;
            }

            public string Token { get; }

            public double Until { get; }
        }
    }
}
