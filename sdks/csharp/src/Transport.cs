using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Gatepass.Sdk
{
    /// <summary>One request out; one answer, or one exception, back.</summary>
    internal sealed class Transport : IDisposable
    {
        private readonly CookieContainer cookies = new CookieContainer();
        private readonly HttpClient http;

        /// <summary>
        /// Keeps no connection. On one that was kept and turns out to be closed, the platform sends
        /// what has no body again by itself.
        /// </summary>
        private readonly HttpClient once;
        private readonly bool isOwn;
        private readonly TimeSpan limit;
        private bool isClosed;

        public Transport(HttpClientConfiguration config)
        {
            isOwn = config.HttpClientInstance == null;
            http = config.HttpClientInstance ?? Own();
            once = config.HttpClientInstance ?? Own();
            limit = config.Limit;
        }

        /// <exception cref="TransportException">No whole answer came.</exception>
        /// <exception cref="OperationCanceledException">The caller gave up.</exception>
        public async Task<HttpStringResponse> ExchangeAsync(HttpRequest request, CancellationToken cancel)
        {
            if (isClosed)
            {
                throw new ObjectDisposedException(nameof(GatepassClient));
            }
            cancel.ThrowIfCancellationRequested();
            using (var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel))
            using (var sent = Built(request))
            {
                ending.CancelAfter(limit);
                HttpResponseMessage message = null;
                try
                {
                    if (request.IsOnce)
                    {
                        sent.Headers.ConnectionClose = true;
                    }
                    var sending = (request.IsOnce ? once : http).SendAsync(
                        sent, HttpCompletionOption.ResponseHeadersRead, ending.Token);
                    message = await Waiting.Until(sending, ending.Token, late => late.Dispose())
                        .ConfigureAwait(false);
                    var content = await ContentAsync(message, ending.Token).ConfigureAwait(false);
                    return Answer(message, content, request);
                }
                catch (Exception failure) when (!(failure is TransportException))
                {
                    if (cancel.IsCancellationRequested)
                    {
                        throw new OperationCanceledException(cancel);
                    }
                    throw Failures.Of(failure, request, limit, message != null, ending.IsCancellationRequested);
                }
                finally
                {
                    message?.Dispose();
                }
            }
        }

        public void Dispose()
        {
            isClosed = true;
            if (isOwn)
            {
                http.Dispose();
                once.Dispose();
            }
        }

        private HttpClient Own()
        {
            // Certificates are verified by default; a redirect is an answer like any other.
            var handler = new HttpClientHandler
            {
                AllowAutoRedirect = false,
                UseCookies = true,
                CookieContainer = cookies,
                MaxConnectionsPerServer = 100,
            };
            return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        }

        private static HttpRequestMessage Built(HttpRequest request)
        {
            var message = new HttpRequestMessage(request.HttpMethod, request.QueryUrl);
            message.Headers.ExpectContinue = false;
            if (request.HttpMethod != HttpMethod.Get)
            {
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body ?? string.Empty));
            }
            foreach (var one in request.Headers)
            {
                // Here a header of the content is no header of the request.
                if (!one.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                {
                    message.Headers.TryAddWithoutValidation(one.Key, one.Value);
                }
                else
                {
                    message.Content?.Headers.TryAddWithoutValidation(one.Key, one.Value);
                }
            }
            return message;
        }

        private static async Task<byte[]> ContentAsync(HttpResponseMessage message, CancellationToken ending)
        {
            // Not every platform's stream heeds the token: whoever waits for it does.
            var opening = message.Content.ReadAsStreamAsync();
            var stream = await Waiting.Until(opening, ending, null).ConfigureAwait(false);
            var found = new MemoryStream();
            var part = new byte[8192];
            while (true)
            {
                var reading = stream.ReadAsync(part, 0, part.Length, ending);
                var count = await Waiting.Until(reading, ending, null).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }
                found.Write(part, 0, count);
            }
            // Not every handler notices an answer that ends early; of a packed one the size is unknown.
            var promised = message.Content.Headers.ContentLength;
            var isPlain = message.Content.Headers.ContentEncoding.Count == 0;
            if (isPlain && promised.HasValue && found.Length < promised)
            {
                throw new EndOfStreamException($"{found.Length} of {promised} bytes");
            }
            return found.ToArray();
        }

        private static HttpStringResponse Answer(
            HttpResponseMessage message, byte[] content, HttpRequest request)
        {
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var part in new HttpHeaders[] { message.Headers, message.Content.Headers })
            {
                foreach (var one in part)
                {
                    headers[one.Key] = string.Join(", ", one.Value);
                }
            }
            return new HttpStringResponse(
                (int)message.StatusCode, message.ReasonPhrase ?? string.Empty, headers, content, request);
        }
    }
}
