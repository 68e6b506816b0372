using System;
using System.Collections.Generic;
using System.Net.Http;

namespace Gatepass.Sdk
{
    /// <summary>The operations of the betas: builds each request, reads each answer, does no I/O.</summary>
    internal sealed class SessionCalls
    {
        private readonly string acceptLanguage;
        private readonly string contentType;

        public SessionCalls(string acceptLanguage, string contentType)
        {
            this.acceptLanguage = acceptLanguage;
            this.contentType = contentType;
        }

        public Call<object> Info()
        {
            var call = Of<object>(HttpMethod.Get, string.Empty, response => response.Body, Bearer.Needed);
            call.IsSafe = true;
            return call;
        }

        public Call<SessionLoginResponse> Login(ApiRestV2SessionLoginRequest body)
        {
            return Of(HttpMethod.Post, "/login", Answers.As<SessionLoginResponse>, Bearer.Never, body);
        }

        public Call<bool> Logout()
        {
            return Of(HttpMethod.Post, "/logout", Answers.As<bool>, Bearer.Never);
        }

        public Call<SessionLoginResponse> Token(ApiRestV2SessionGettokenRequest body)
        {
            return Of(
                HttpMethod.Post, "/gettoken", Answers.As<SessionLoginResponse>, Bearer.Never, body);
        }

        public Call<bool> Revoke()
        {
            return Of(HttpMethod.Post, "/revoketoken", Answers.As<bool>, Bearer.Needed);
        }

        private Call<T> Of<T>(
            HttpMethod method,
            string path,
            Func<HttpStringResponse, T> read,
            Bearer bearer,
            Model body = null)
        {
            return new Call<T>
            {
                Method = method,
                Path = "/api/rest/v2/session" + path,
                Bearer = bearer,
                Body = body == null ? null : GatepassJson.Write(body),
                Headers = new Dictionary<string, string>
                {
                    ["Accept"] = "application/json",
                    ["Accept-Language"] = acceptLanguage,
                    ["Content-Type"] = body == null ? contentType : "application/json",
                    ["User-Agent"] = AuthCalls.UserAgent,
                },
                Read = response => read(Successful(response)),
            };
        }

        private static HttpStringResponse Successful(HttpStringResponse response)
        {
            if (response.StatusCode == 500)
            {
                throw new ErrorResponseException(
                    "Operation failed or unauthorized request", response, Error(response));
            }
            if (response.StatusCode < 200 || response.StatusCode > 208)
            {
                throw new ApiException("HTTP Response Not OK", response);
            }
            return response;
        }

        private static object Error(HttpStringResponse response)
        {
            try
            {
                object error = null;
                (JsonText.Read(response.Content) as Dictionary<string, object>)
                    ?.TryGetValue("error", out error);
                return error;
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }
}
