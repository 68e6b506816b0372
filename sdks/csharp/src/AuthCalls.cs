using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;

namespace Gatepass.Sdk
{
    /// <summary>The operations of REST v2.0: builds each request, reads each answer, does no I/O.</summary>
    internal static class AuthCalls
    {
        public const string UserAgent = "gatepass-sdk-csharp/0.1.0";

        public static Call<bool> Login(LoginRequest request)
        {
            var byToken = string.IsNullOrEmpty(request.Username) && string.IsNullOrEmpty(request.Password);
            var bearer = byToken ? Bearer.Needed : Bearer.Never;
            return Post("session/login", Nothing, bearer, request);
        }

        public static Call<bool> Logout()
        {
            var call = Post("session/logout", Nothing, Bearer.Kept);
            call.Ends = string.Empty;
            return call;
        }

        public static Call<ScopedToken> FullToken(FullTokenRequest request)
        {
            return Post("token/full", Answers.As<ScopedToken>, Bearer.Never, request);
        }

        public static Call<ScopedToken> ObjectToken(ObjectTokenRequest request)
        {
            return Post("token/object", Answers.As<ScopedToken>, Bearer.Never, request);
        }

        public static Call<AccessToken> CustomToken(CustomTokenRequest request)
        {
            return Post("token/custom", Answers.As<AccessToken>, Bearer.Never, request);
        }

        public static Call<IssuedToken> TokenFor(TokenRequest request)
        {
            if (request is CustomTokenRequest)
            {
                return Post<IssuedToken>(
                    "token/custom", Answers.As<AccessToken>, Bearer.Never, request);
            }
            var path = request is ObjectTokenRequest ? "token/object" : "token/full";
            return Post<IssuedToken>(path, Answers.As<ScopedToken>, Bearer.Never, request);
        }

        public static Call<bool> RevokeToken(RevokeTokenRequest request)
        {
            var own = request.UserIdentifier == null && request.Token == null;
            var bearer = own ? Bearer.Kept : Bearer.Needed;
            var call = Post("token/revoke", Nothing, bearer, request);
            call.Ends = own ? string.Empty : request.Token;
            return call;
        }

        public static Call<TokenValidation> ValidateToken(ValidateTokenRequest request)
        {
            var read = new Func<HttpStringResponse, TokenValidation>(Answers.As<TokenValidation>);
            return Safe(Post("token/validate", read, Bearer.Needed, request));
        }

        public static Call<User> CurrentUserInfo()
        {
            return Safe(Get("session/user", Answers.As<User>));
        }

        public static Call<SessionToken> CurrentUserToken()
        {
            // A GET that makes a token each time: not one to send twice.
            return Get("session/token", Answers.As<SessionToken>);
        }

        public static Call<bool> Configure(ConfigureAuthRequest request)
        {
            return Post("configure", Nothing, Bearer.Needed, request);
        }

        public static Call<AuthSettings> Search(SearchAuthRequest request)
        {
            var read = new Func<HttpStringResponse, AuthSettings>(Answers.As<AuthSettings>);
            return Safe(Post("search", read, Bearer.Needed, request));
        }

        /// <summary>Accepts 204, and 200 with any JSON, as servers of old answered.</summary>
        private static bool Nothing(HttpStringResponse response)
        {
            if (response.StatusCode == 200)
            {
                Answers.Json(response);
            }
            return true;
        }

        private static Call<T> Safe<T>(Call<T> call)
        {
            call.IsSafe = true;
            return call;
        }

        private static Call<T> Get<T>(string path, Func<HttpStringResponse, T> read)
        {
            return Of(HttpMethod.Get, path, read, Bearer.Needed, null);
        }

        private static Call<T> Post<T>(
            string path, Func<HttpStringResponse, T> read, Bearer bearer, Model request = null)
        {
            return Of(HttpMethod.Post, path, read, bearer, request);
        }

        private static Call<T> Of<T>(
            HttpMethod method, string path, Func<HttpStringResponse, T> read, Bearer bearer, Model request)
        {
            var headers = new Dictionary<string, string>
            {
                ["Accept"] = "application/json",
                ["User-Agent"] = UserAgent,
            };
            var secrets = new List<string>();
            if (request != null)
            {
                headers["Content-Type"] = "application/json";
                secrets.AddRange(Member.Of(request.GetType())
                    .Where(one => one.Wire.Secret)
                    .Select(one => (string)one.Property.GetValue(request)));
            }
            return new Call<T>
            {
                Method = method,
                Path = "/api/rest/2.0/auth/" + path,
                Bearer = bearer,
                Headers = headers,
                Body = request == null ? null : GatepassJson.Write(request),
                Read = response =>
                {
                    if (response.StatusCode == 200 || response.StatusCode == 204)
                    {
                        return read(response);
                    }
                    response.Request.Headers.TryGetValue("Authorization", out var shown);
                    throw RefusedException.Of(
                        response, secrets.Concat(new[] { shown?.Substring("Bearer ".Length) }));
                },
            };
        }
    }
}
