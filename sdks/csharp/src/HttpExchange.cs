using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Text;

namespace Gatepass.Sdk
{
    /// <summary>A request as it is sent. Its text holds neither headers nor body.</summary>
    public sealed class HttpRequest
    {
        internal HttpRequest(HttpMethod method, string url, Dictionary<string, string> headers, string body)
        {
            HttpMethod = method;
            QueryUrl = url;
            Headers = headers;
            Body = body;
        }

        public HttpMethod HttpMethod { get; }

        public string QueryUrl { get; }

        /// <summary>Headers, in any case; the token is among them.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; }

        /// <summary>The body, null if there is none.</summary>
        public string Body { get; }

        /// <summary>Whether it must not be sent twice, though it looks as if it might.</summary>
        internal bool IsOnce { get; set; }

        /// <summary>Returns method and address.</summary>
        public override string ToString()
        {
            return HttpMethod + " " + QueryUrl;
        }
    }

    /// <summary>An answer as it came. Its text is the status alone.</summary>
    public class HttpResponse
    {
        internal HttpResponse(int statusCode, Dictionary<string, string> headers, byte[] content)
        {
            StatusCode = statusCode;
            Headers = headers;
            Content = content;
        }

        public int StatusCode { get; }

        /// <summary>Headers, in any case; those that came twice joined by commas.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; }

        /// <summary>A new stream of the body.</summary>
        public Stream RawBody => new MemoryStream(Content, false);

        internal byte[] Content { get; }

        /// <summary>Returns the status.</summary>
        public override string ToString()
        {
            return "HTTP " + StatusCode;
        }
    }

    /// <summary>An answer with its body as text.</summary>
    public sealed class HttpStringResponse : HttpResponse
    {
        internal HttpStringResponse(
            int statusCode,
            string reasonPhrase,
            Dictionary<string, string> headers,
            byte[] content,
            HttpRequest request)
            : base(statusCode, headers, content)
        {
            ReasonPhrase = reasonPhrase;
            Request = request;
        }

        /// <summary>The body as text.</summary>
        public string Body => Encoding.UTF8.GetString(Content);

        internal string ReasonPhrase { get; }

        internal HttpRequest Request { get; }

        /// <summary>Method and path: what a message names.</summary>
        internal string Named => Request.HttpMethod + " " + new Uri(Request.QueryUrl).AbsolutePath;
    }

    /// <summary>A request and its answer.</summary>
    public sealed class HttpContext
    {
        internal HttpContext(HttpRequest request, HttpStringResponse response)
        {
            Request = request;
            Response = response;
        }

        public HttpRequest Request { get; }

        public HttpStringResponse Response { get; }

        /// <summary>Returns what was asked, and the status.</summary>
        public override string ToString()
        {
            return Request + ": " + Response;
        }
    }

    /// <summary>
    /// Tells of every exchange of <see cref="SessionController"/>. What it hands on holds
    /// passwords and tokens: it is for looking, not for logs.
    /// </summary>
    public class HttpCallBack
    {
        /// <summary>Before a call's request is sent; the source is this.</summary>
        public event Action<object, HttpRequest> OnBeforeHttpRequestEvent;

        /// <summary>After a call's answer has come; the source is this.</summary>
        public event Action<object, HttpResponse> OnAfterHttpResponseEvent;

        internal void Before(HttpRequest request)
        {
            OnBeforeHttpRequestEvent?.Invoke(this, request);
        }

        internal void After(HttpResponse response)
        {
            OnAfterHttpResponseEvent?.Invoke(this, response);
        }
    }
}
