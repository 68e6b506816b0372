using System;

namespace Gatepass.Sdk
{
    /// <summary>Any failure of a call. No text of it holds a secret.</summary>
    public abstract class GatepassException : Exception
    {
        internal GatepassException(string message, Exception cause = null)
            : base(message, cause)
        {
        }
    }

    /// <summary>No whole answer came.</summary>
    public abstract class TransportException : GatepassException
    {
        internal TransportException(string message, Exception cause)
            : base(message, cause)
        {
        }

        /// <summary>Whether the server may have got the request, and done what it asks.</summary>
        public virtual bool MayHaveArrived => true;

        /// <summary>Whether the same may go well a moment later.</summary>
        internal virtual bool IsPassing => true;
    }

    /// <summary>Nothing was sent: refused, no such host, certificate not trusted.</summary>
    public sealed class CannotConnectException : TransportException
    {
        internal CannotConnectException(string message, Exception cause)
            : base(message, cause)
        {
        }

        /// <summary>False: there was no connection to send it on.</summary>
        public override bool MayHaveArrived => false;
    }

    /// <summary>It took longer than the client's timeout.</summary>
    public sealed class TimedOutException : TransportException
    {
        internal TimedOutException(string message, Exception cause)
            : base(message, cause)
        {
        }

        // Another try would take that long again.
        internal override bool IsPassing => false;
    }

    /// <summary>The connection ended before an answer began.</summary>
    public sealed class ConnectionLostException : TransportException
    {
        internal ConnectionLostException(string message, Exception cause)
            : base(message, cause)
        {
        }
    }

    /// <summary>The connection ended in the middle of an answer.</summary>
    public sealed class TruncatedAnswerException : TransportException
    {
        internal TruncatedAnswerException(string message, Exception cause)
            : base(message, cause)
        {
        }
    }

    /// <summary>A whole answer that is not what the API promises: HTML, say, or half of an object.</summary>
    public sealed class UnreadableAnswerException : GatepassException
    {
        internal UnreadableAnswerException(string message, HttpStringResponse response)
            : base(message)
        {
            HttpContext = new HttpContext(response.Request, response);
        }

        /// <summary>The exchange, secrets included.</summary>
        public HttpContext HttpContext { get; }
    }

    /// <summary>The betas: a status outside 200 to 208.</summary>
    public class ApiException : GatepassException
    {
        internal ApiException(string message, HttpStringResponse response)
            : base(message)
        {
            ResponseCode = response.StatusCode;
            HttpContext = new HttpContext(response.Request, response);
        }

        public int ResponseCode { get; }

        /// <summary>The exchange, secrets included.</summary>
        public HttpContext HttpContext { get; }

        /// <summary>Returns the status, and what every exception tells.</summary>
        public override string ToString()
        {
            return ResponseCode + ": " + base.ToString();
        }
    }

    /// <summary>The betas: status 500, which is how they word every refusal.</summary>
    public class ErrorResponseException : ApiException
    {
        internal ErrorResponseException(string message, HttpStringResponse response, object error)
            : base(message, response)
        {
            Error = error;
        }

        /// <summary>
        /// The body's field of that name, if it is a JSON object: dictionaries, lists, texts,
        /// numbers, see <see cref="GatepassJson"/>.
        /// </summary>
        public object Error { get; }
    }
}
