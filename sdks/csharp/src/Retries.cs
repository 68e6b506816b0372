using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;

namespace Gatepass.Sdk
{
    /// <summary>Says whether and when a request is sent again; either an answer came or an error.</summary>
    internal interface IPatience
    {
        /// <summary>Returns how long to wait after so many tries; null: take what came.</summary>
        TimeSpan? Pause(HttpStringResponse answer, TransportException error, int tries, bool isSafe);
    }

    /// <summary>
    /// When <see cref="AuthController"/> sends again: what may pass by itself, and can have done
    /// nothing. A request that changes something goes out again only if it never arrived (no
    /// connection), or was turned away unread (429). One that only reads goes out again after a
    /// lost connection, 502, 503 and 504 too. A 429 has to say when to come back. A call that ran
    /// out of time does not start again.
    /// </summary>
    public sealed class Retries : IPatience
    {
        private static readonly Random Dice = new Random();

        /// <summary>How often at most; 0 switches it off.</summary>
        public int Times { get; set; } = 2;

        /// <summary>Pauses double from this one, each shortened at random by up to a half.</summary>
        public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(0.2);

        /// <summary>Whoever is told to come back later than that gives up.</summary>
        public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(30);

        internal static TimeSpan? Asked(HttpStringResponse answer)
        {
            if (answer == null || !answer.Headers.TryGetValue("Retry-After", out var header))
            {
                return null;
            }
            var invariant = CultureInfo.InvariantCulture;
            if (double.TryParse(header, NumberStyles.None, invariant, out var seconds))
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
            }
            if (DateTimeOffset.TryParseExact(
                header, "r", invariant, DateTimeStyles.AssumeUniversal, out var then))
            {
                var left = then - DateTimeOffset.UtcNow;
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
            return null;
        }

        internal Retries Copy()
        {
            return (Retries)MemberwiseClone();
        }

        TimeSpan? IPatience.Pause(
            HttpStringResponse answer, TransportException error, int tries, bool isSafe)
        {
            if (tries > Times || !Passes(answer, error, isSafe))
            {
                return null;
            }
            var asked = Asked(answer);
            if (asked == null && answer?.StatusCode == 429)
            {
                return null;
            }
            double shortened;
            lock (Dice)
            {
                shortened = 1 - (Dice.NextDouble() / 2);
            }
            var seconds = FirstPause.TotalSeconds * Math.Pow(2, tries - 1) * shortened;
            var pause = Math.Max(seconds, asked?.TotalSeconds ?? 0);
            return pause <= LongestPause.TotalSeconds ? TimeSpan.FromSeconds(pause) : (TimeSpan?)null;
        }

        private static bool Passes(HttpStringResponse answer, TransportException error, bool isSafe)
        {
            if (answer != null)
            {
                var isAway = answer.StatusCode >= 502 && answer.StatusCode <= 504;
                return answer.StatusCode == 429 || (isSafe && isAway);
            }
            return error.IsPassing && (isSafe || !error.MayHaveArrived);
        }
    }

    /// <summary>When the session face sends again: as configured, so by default never.</summary>
    internal sealed class ByConfiguration : IPatience
    {
        private readonly HttpClientConfiguration config;
        private readonly bool isSafe;
        private double waited;

        public ByConfiguration(HttpClientConfiguration config, HttpMethod method)
        {
            this.config = config;
            isSafe = config.RequestMethodsToRetry.Contains(method);
        }

        public TimeSpan? Pause(
            HttpStringResponse answer, TransportException error, int tries, bool isSafe)
        {
            var passes = answer != null
                ? this.isSafe && config.StatusCodesToRetry.Contains(answer.StatusCode)
                : this.isSafe || !error.MayHaveArrived;
            if (tries > config.NumberOfRetries || !passes)
            {
                return null;
            }
            var pause = config.RetryInterval * Math.Pow(config.BackoffFactor, tries - 1);
            pause = Math.Max(pause, Retries.Asked(answer)?.TotalSeconds ?? 0);
            waited += pause;
            var most = config.MaximumRetryWaitTime.TotalSeconds;
            // No timer waits longer than 24 days.
            var isTooMuch = (most > 0 && waited > most) || pause > int.MaxValue / 1000;
            return isTooMuch ? (TimeSpan?)null : TimeSpan.FromSeconds(pause);
        }
    }
}
