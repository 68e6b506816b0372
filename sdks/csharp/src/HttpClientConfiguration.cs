using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;

namespace Gatepass.Sdk
{
    /// <summary>
    /// How requests are sent. The timeout is both faces'; retries are those of
    /// <see cref="SessionController"/>, for <see cref="AuthController"/> see <see cref="Retries"/>.
    /// </summary>
    public sealed class HttpClientConfiguration
    {
        private HttpClientConfiguration()
        {
        }

        /// <summary>For one whole exchange, to the last byte of its answer.</summary>
        public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(100);

        public int NumberOfRetries { get; private set; }

        /// <summary>Each pause is so many times the one before it.</summary>
        public int BackoffFactor { get; private set; } = 2;

        /// <summary>The first pause, seconds.</summary>
        public double RetryInterval { get; private set; } = 1;

        /// <summary>For all pauses of a call together; zero: no limit.</summary>
        public TimeSpan MaximumRetryWaitTime { get; private set; } = TimeSpan.Zero;

        public IReadOnlyList<int> StatusCodesToRetry { get; private set; } =
            new[] { 408, 413, 429, 500, 502, 503, 504, 521, 522, 524 };

        public IReadOnlyList<HttpMethod> RequestMethodsToRetry { get; private set; } =
            new[] { HttpMethod.Get, HttpMethod.Put };

        /// <summary>The client that was handed in; null: one of its own.</summary>
        public HttpClient HttpClientInstance { get; private set; }

        /// <summary>Whether <see cref="Timeout"/> holds for a client that was handed in too.</summary>
        public bool OverrideHttpClientConfiguration { get; private set; } = true;

        /// <summary>How long an exchange may take.</summary>
        internal TimeSpan Limit =>
            HttpClientInstance == null || OverrideHttpClientConfiguration
                ? Timeout
                : HttpClientInstance.Timeout;

        /// <summary>Returns the timeout and the number of retries.</summary>
        public override string ToString()
        {
            return $"HttpClientConfiguration(Timeout={Timeout}, NumberOfRetries={NumberOfRetries})";
        }

        /// <summary>Sets it up.</summary>
        public sealed class Builder
        {
            private HttpClientConfiguration made = new HttpClientConfiguration();

            /// <summary>The time for one whole exchange.</summary>
            /// <exception cref="ArgumentOutOfRangeException">No time at all, or over 24 days.</exception>
            public Builder Timeout(TimeSpan timeout)
            {
                var isSome = timeout > TimeSpan.Zero && timeout.TotalMilliseconds <= int.MaxValue;
                if (!isSome && timeout != System.Threading.Timeout.InfiniteTimeSpan)
                {
                    throw new ArgumentOutOfRangeException(nameof(timeout));
                }
                made.Timeout = timeout;
                return this;
            }

            /// <summary>How often the session face tries again; 0 by default.</summary>
            public Builder NumberOfRetries(int numberOfRetries)
            {
                made.NumberOfRetries = Math.Max(0, numberOfRetries);
                return this;
            }

            /// <summary>Each pause is so many times the one before it.</summary>
            public Builder BackoffFactor(int backoffFactor)
            {
                made.BackoffFactor = Math.Max(1, backoffFactor);
                return this;
            }

            /// <summary>The first pause, seconds.</summary>
            public Builder RetryInterval(double retryInterval)
            {
                made.RetryInterval = Math.Max(0, retryInterval);
                return this;
            }

            /// <summary>For all pauses of a call together; zero: no limit.</summary>
            public Builder MaximumRetryWaitTime(TimeSpan maximumRetryWaitTime)
            {
                made.MaximumRetryWaitTime = maximumRetryWaitTime;
                return this;
            }

            /// <summary>The statuses after which the session face tries again.</summary>
            public Builder StatusCodesToRetry(IEnumerable<int> statusCodesToRetry)
            {
                made.StatusCodesToRetry = statusCodesToRetry.ToArray();
                return this;
            }

            /// <summary>The methods that the session face tries again after an answer.</summary>
            public Builder RequestMethodsToRetry(IEnumerable<HttpMethod> requestMethodsToRetry)
            {
                made.RequestMethodsToRetry = requestMethodsToRetry.ToArray();
                return this;
            }

            /// <summary>
            /// A client to send with, which stays the caller's to dispose. Its handler decides about
            /// cookies, redirects, proxies and certificates; the shorter of its timeout and this
            /// one's counts, or its own alone.
            /// </summary>
            public Builder HttpClientInstance(
                HttpClient httpClientInstance, bool overrideHttpClientConfiguration = true)
            {
                made.HttpClientInstance = httpClientInstance;
                made.OverrideHttpClientConfiguration = overrideHttpClientConfiguration;
                return this;
            }

            /// <summary>Returns what was set up; the builder may go on to another.</summary>
            public HttpClientConfiguration Build()
            {
                var built = made;
                made = From(built).made;
                return built;
            }

            internal static Builder From(HttpClientConfiguration given)
            {
                return new Builder { made = (HttpClientConfiguration)given.MemberwiseClone() };
            }
        }
    }
}
