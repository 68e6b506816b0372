using System;
using System.Threading;
using System.Threading.Tasks;

namespace Gatepass.Sdk
{
    /// <summary>
    /// The Authentication operations of REST v2.0; it looks after the token that it shows. Each
    /// throws <see cref="GatepassException"/>: <see cref="RefusedException"/> where the server
    /// refuses, <see cref="TransportException"/> where no whole answer came.
    /// </summary>
    public sealed class AuthController
    {
        private readonly Conversation conversation;

        internal AuthController(Conversation conversation)
        {
            this.conversation = conversation;
        }

        /// <summary>Opens a session; its cookie is kept.</summary>
        public void Login(LoginRequest request)
        {
            LoginAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Opens a session; its cookie is kept.</summary>
        public Task LoginAsync(
            LoginRequest request,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.Login(Required(request)), cancellationToken);
        }

        /// <summary>Ends the cookie's session and the token that is kept.</summary>
        public void Logout()
        {
            LogoutAsync().GetAwaiter().GetResult();
        }

        /// <summary>Ends the cookie's session and the token that is kept.</summary>
        public Task LogoutAsync(
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.Logout(), cancellationToken);
        }

        /// <summary>Gets a token for all that a user may do. The client does not keep it.</summary>
        public ScopedToken GetFullAccessToken(FullTokenRequest request)
        {
            return GetFullAccessTokenAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Gets a token for all that a user may do. The client does not keep it.</summary>
        public Task<ScopedToken> GetFullAccessTokenAsync(
            FullTokenRequest request,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.FullToken(Required(request)), cancellationToken);
        }

        /// <summary>Gets a token for one object. The client does not keep it.</summary>
        public ScopedToken GetObjectAccessToken(ObjectTokenRequest request)
        {
            return GetObjectAccessTokenAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Gets a token for one object. The client does not keep it.</summary>
        public Task<ScopedToken> GetObjectAccessTokenAsync(
            ObjectTokenRequest request,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.ObjectToken(Required(request)), cancellationToken);
        }

        /// <summary>Gets a token that carries attributes. The client does not keep it.</summary>
        public AccessToken GetCustomAccessToken(CustomTokenRequest request)
        {
            return GetCustomAccessTokenAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Gets a token that carries attributes. The client does not keep it.</summary>
        public Task<AccessToken> GetCustomAccessTokenAsync(
            CustomTokenRequest request,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.CustomToken(Required(request)), cancellationToken);
        }

        /// <summary>Ends a token, a user's tokens, or with neither named the caller's own.</summary>
        public void RevokeToken(RevokeTokenRequest request = null)
        {
            RevokeTokenAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Ends a token, a user's tokens, or with neither named the caller's own.</summary>
        public Task RevokeTokenAsync(
            RevokeTokenRequest request = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.RevokeToken(request ?? new RevokeTokenRequest()), cancellationToken);
        }

        /// <summary>Says what a token is; <see cref="InvalidRequestException"/> if it is not good any more.</summary>
        public TokenValidation ValidateToken(ValidateTokenRequest request)
        {
            return ValidateTokenAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Says what a token is; <see cref="InvalidRequestException"/> if it is not good any more.</summary>
        public Task<TokenValidation> ValidateTokenAsync(
            ValidateTokenRequest request,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.ValidateToken(Required(request)), cancellationToken);
        }

        /// <summary>Says who the caller is.</summary>
        public User GetCurrentUserInfo()
        {
            return GetCurrentUserInfoAsync().GetAwaiter().GetResult();
        }

        /// <summary>Says who the caller is.</summary>
        public Task<User> GetCurrentUserInfoAsync(
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.CurrentUserInfo(), cancellationToken);
        }

        /// <summary>Gets a token of the caller's session. The client does not keep it.</summary>
        public SessionToken GetCurrentUserToken()
        {
            return GetCurrentUserTokenAsync().GetAwaiter().GetResult();
        }

        /// <summary>Gets a token of the caller's session. The client does not keep it.</summary>
        public Task<SessionToken> GetCurrentUserTokenAsync(
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.CurrentUserToken(), cancellationToken);
        }

        /// <summary>Switches trusted authentication.</summary>
        public void ConfigureAuthSettings(ConfigureAuthRequest request)
        {
            ConfigureAuthSettingsAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Switches trusted authentication.</summary>
        public Task ConfigureAuthSettingsAsync(
            ConfigureAuthRequest request,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.Configure(Required(request)), cancellationToken);
        }

        /// <summary>Shows the state of trusted authentication.</summary>
        public AuthSettings SearchAuthSettings(SearchAuthRequest request = null)
        {
            return SearchAuthSettingsAsync(request).GetAwaiter().GetResult();
        }

        /// <summary>Shows the state of trusted authentication.</summary>
        public Task<AuthSettings> SearchAuthSettingsAsync(
            SearchAuthRequest request = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            return conversation.MakeAsync(AuthCalls.Search(request ?? new SearchAuthRequest()), cancellationToken);
        }

        internal void Close()
        {
            conversation.Dispose();
        }

        private static T Required<T>(T request)
            where T : class
        {
            return request ?? throw new ArgumentNullException(nameof(request));
        }
    }
}
