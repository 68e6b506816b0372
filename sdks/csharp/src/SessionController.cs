using System;
using System.Threading;
using System.Threading.Tasks;

namespace Gatepass.Sdk
{
    /// <summary>
    /// The betas' session operations, as the vendor's manual has them. Each throws
    /// <see cref="ErrorResponseException"/> where the server refuses, <see cref="ApiException"/> at
    /// any other status that is no success, and <see cref="GatepassException"/> where no readable
    /// answer came.
    /// </summary>
    public sealed class SessionController
    {
        private readonly Transport http;
        private readonly string baseUri;
        private readonly Setting setting;
        private readonly SessionCalls calls;

        internal SessionController(Transport http, string baseUri, Setting setting)
        {
            this.http = http;
            this.baseUri = baseUri;
            this.setting = setting;
            calls = new SessionCalls(setting.AcceptLanguage, setting.ContentType);
        }

        /// <summary>Says who the caller is: the text of the answer, a JSON object.</summary>
        public object GetSessionInfo()
        {
            return GetSessionInfoAsync().GetAwaiter().GetResult();
        }

        /// <summary>Says who the caller is: the text of the answer, a JSON object.</summary>
        public Task<object> GetSessionInfoAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return MakeAsync(calls.Info(), cancellationToken);
        }

        /// <summary>Opens a session; its cookie is kept.</summary>
        public SessionLoginResponse Login(ApiRestV2SessionLoginRequest body)
        {
            return LoginAsync(body).GetAwaiter().GetResult();
        }

        /// <summary>Opens a session; its cookie is kept.</summary>
        public Task<SessionLoginResponse> LoginAsync(
            ApiRestV2SessionLoginRequest body,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return MakeAsync(calls.Login(Required(body)), cancellationToken);
        }

        /// <summary>Ends the session of the cookie.</summary>
        public bool Logout()
        {
            return LogoutAsync().GetAwaiter().GetResult();
        }

        /// <summary>Ends the session of the cookie.</summary>
        public Task<bool> LogoutAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return MakeAsync(calls.Logout(), cancellationToken);
        }

        /// <summary>Gets a token.</summary>
        public SessionLoginResponse Gettoken(ApiRestV2SessionGettokenRequest body)
        {
            return GettokenAsync(body).GetAwaiter().GetResult();
        }

        /// <summary>Gets a token.</summary>
        public Task<SessionLoginResponse> GettokenAsync(
            ApiRestV2SessionGettokenRequest body,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return MakeAsync(calls.Token(Required(body)), cancellationToken);
        }

        /// <summary>Revokes the client's access token.</summary>
        public bool Revoketoken()
        {
            return RevoketokenAsync().GetAwaiter().GetResult();
        }

        /// <summary>Revokes the client's access token.</summary>
        public Task<bool> RevoketokenAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return MakeAsync(calls.Revoke(), cancellationToken);
        }

        private static T Required<T>(T body)
            where T : class
        {
            return body ?? throw new ArgumentNullException(nameof(body));
        }

        private async Task<T> MakeAsync<T>(Call<T> call, CancellationToken cancel)
        {
            var token = setting.AccessToken;
            var isShown = call.Bearer == Bearer.Needed && token != string.Empty;
            var request = call.Request(baseUri, isShown ? token : null);
            setting.CallBack?.Before(request);
            var patience = new ByConfiguration(setting.Http, call.Method);
            var answer = await Conversation.Patiently(http, request, patience, false, cancel)
                .ConfigureAwait(false);
            setting.CallBack?.After(answer);
            return call.Read(answer);
        }
    }
}
