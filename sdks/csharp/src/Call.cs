using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;

namespace Gatepass.Sdk
{
    /// <summary>Whether an operation shows the client's token.</summary>
    internal enum Bearer
    {
        Never,

        /// <summary>If there is one; none is fetched for it.</summary>
        Kept,

        Needed,
    }

    /// <summary>One operation, ready to be sent: the same for each attempt, but for the token.</summary>
    internal sealed class Call<T>
    {
        public HttpMethod Method { get; set; }

        public string Path { get; set; }

        public Func<HttpStringResponse, T> Read { get; set; }

        public Bearer Bearer { get; set; }

        public string Body { get; set; }

        public Dictionary<string, string> Headers { get; set; }

        /// <summary>Whether it does no harm to send it again when the first may have done its work.</summary>
        public bool IsSafe { get; set; }

        /// <summary>The token that is dead after it; empty: the one that was shown.</summary>
        public string Ends { get; set; }

        /// <summary>Returns the request that shows this token.</summary>
        /// <exception cref="ArgumentException">The token cannot stand in a header.</exception>
        public HttpRequest Request(string baseUri, string token)
        {
            var headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
            if (token != null)
            {
                if (token.Any(one => one <= ' ' || one > '~'))
                {
                    throw new ArgumentException("an access token is of visible ASCII characters only");
                }
                headers["Authorization"] = "Bearer " + token;
            }
            return new HttpRequest(Method, baseUri + Path, headers, Body)
            {
                IsOnce = Method == HttpMethod.Get && !IsSafe,
            };
        }
    }

    /// <summary>Reads answers.</summary>
    internal static class Answers
    {
        /// <exception cref="UnreadableAnswerException">It is not JSON; the body is not quoted.</exception>
        public static object Json(HttpStringResponse response)
        {
            try
            {
                return JsonText.Read(response.Content);
            }
            catch (FormatException)
            {
                response.Headers.TryGetValue("Content-Type", out var kind);
                throw new UnreadableAnswerException(
                    $"{response.Named}: {response.Content.Length} bytes of "
                    + $"{kind ?? "no content type"}, not JSON",
                    response);
            }
        }

        /// <exception cref="UnreadableAnswerException">It is not of that kind.</exception>
        public static T As<T>(HttpStringResponse response)
        {
            try
            {
                return (T)Binding.Read(typeof(T), Json(response));
            }
            catch (Misfit misfit)
            {
                throw new UnreadableAnswerException($"{response.Named}: {misfit.Message}", response);
            }
        }
    }
}
