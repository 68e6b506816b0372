using System;
using System.Threading;
using System.Threading.Tasks;

namespace Gatepass.Sdk
{
    /// <summary>What a call says, and when it says it again; one token for all who need one.</summary>
    internal sealed class Conversation : IDisposable
    {
        private readonly Transport http;
        private readonly string baseUri;
        private readonly TokenKeeper keeper;
        private readonly Retries retries;
        private readonly object gate = new object();
        private readonly CancellationTokenSource closing = new CancellationTokenSource();
        private Task<string> renewal;

        public Conversation(Transport http, string baseUri, TokenKeeper keeper, Retries retries)
        {
            this.http = http;
            this.baseUri = baseUri;
            this.keeper = keeper;
            this.retries = retries;
        }

        /// <summary>Sends until there is an answer to take.</summary>
        /// <exception cref="TransportException">None came, and it is not to be sent again.</exception>
        public static async Task<HttpStringResponse> Patiently(
            Transport http,
            HttpRequest request,
            IPatience patience,
            bool isSafe,
            CancellationToken cancel)
        {
            for (var tries = 1; ; tries++)
            {
                HttpStringResponse answer = null;
                TimeSpan? pause;
                try
                {
                    answer = await http.ExchangeAsync(request, cancel).ConfigureAwait(false);
                    pause = patience.Pause(answer, null, tries, isSafe);
                }
                catch (TransportException error)
                {
                    pause = patience.Pause(null, error, tries, isSafe);
                    if (pause == null)
                    {
                        throw;
                    }
                }
                if (pause == null)
                {
                    return answer;
                }
                await Task.Delay(pause.Value, cancel).ConfigureAwait(false);
            }
        }

        /// <summary>Makes a call; a token that is refused is replaced once.</summary>
        public async Task<T> MakeAsync<T>(Call<T> call, CancellationToken cancel)
        {
            var token = await ShownAsync(call, cancel).ConfigureAwait(false);
            var answer = await SentAsync(call, token, cancel).ConfigureAwait(false);
            if (answer.StatusCode == 401 && token != null && call.Bearer == Bearer.Needed)
            {
                keeper.Discard(token);
                var renewed = await ShownAsync(call, cancel).ConfigureAwait(false);
                if (renewed != token)
                {
                    answer = await SentAsync(call, renewed, cancel).ConfigureAwait(false);
                }
            }
            var read = call.Read(answer);
            keeper.Discard(call.Ends == string.Empty ? token : call.Ends);
            return read;
        }

        public void Dispose()
        {
            closing.Cancel();
        }

        private Task<HttpStringResponse> SentAsync<T>(Call<T> call, string token, CancellationToken cancel)
        {
            return Patiently(http, call.Request(baseUri, token), retries, call.IsSafe, cancel);
        }

        private async Task<string> ShownAsync<T>(Call<T> call, CancellationToken cancel)
        {
            if (call.Bearer == Bearer.Never)
            {
                return null;
            }
            var token = keeper.Usable();
            if (token != null || call.Bearer == Bearer.Kept || keeper.Wanted == null)
            {
                return token;
            }
            Task<string> shared;
            lock (gate)
            {
                // Somebody may have got one since.
                token = keeper.Usable();
                if (token != null)
                {
                    return token;
                }
                shared = renewal = renewal ?? Task.Run(RenewedAsync);
            }
            // Whoever gives up waiting does not stop it for the others.
            return await Waiting.Until(shared, cancel, null).ConfigureAwait(false);
        }

        private async Task<string> RenewedAsync()
        {
            try
            {
                var askedAt = TokenKeeper.Now;
                var call = AuthCalls.TokenFor(keeper.Wanted);
                var answer = await SentAsync(call, null, closing.Token).ConfigureAwait(false);
                return keeper.Keep(call.Read(answer), askedAt);
            }
            finally
            {
                lock (gate)
                {
                    renewal = null;
                }
            }
        }
    }
}
