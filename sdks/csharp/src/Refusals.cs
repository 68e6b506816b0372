using System.Collections.Generic;

namespace Gatepass.Sdk
{
    /// <summary>REST v2.0: the server refused. The message ends with its words.</summary>
    public class RefusedException : GatepassException
    {
        internal RefusedException(string message, HttpStringResponse response, int? code, string incidentId)
            : base(response.StatusCode + ": " + message)
        {
            Status = response.StatusCode;
            Code = code;
            IncidentId = incidentId;
            HttpContext = new HttpContext(response.Request, response);
        }

        public int Status { get; }

        /// <summary>The server's own code, if it named one.</summary>
        public int? Code { get; }

        /// <summary>What the server's log has it under, if it named one.</summary>
        public string IncidentId { get; }

        /// <summary>The exchange, secrets included.</summary>
        public HttpContext HttpContext { get; }

        /// <summary>Returns the exception of an answer that is no success; it repeats no secret.</summary>
        internal static RefusedException Of(HttpStringResponse response, IEnumerable<string> secrets)
        {
            object said = null;
            try
            {
                said = JsonText.Read(response.Content);
            }
            catch (System.FormatException)
            {
                // A page of some proxy, say: the status speaks for itself.
            }
            said = Field(said, "error");
            said = said is Dictionary<string, object> ? Field(said, "message") : said;
            said = Field(said, "debug") is Dictionary<string, object> nested ? nested : said;
            var words = (said is Dictionary<string, object> ? Field(said, "debug") : said) as string;
            var message = string.IsNullOrEmpty(words) ? response.ReasonPhrase : words;
            foreach (var secret in secrets)
            {
                if (secret != null && secret.Length >= 4)
                {
                    message = message.Replace(secret, "…");
                }
            }
            var code = Field(said, "code") is long number && number == (int)number ? (int?)number : null;
            var incident = Field(said, "incident_id_guid") as string;
            return Of(response.Named + ": " + message, response, code, incident);
        }

        private static RefusedException Of(
            string message, HttpStringResponse response, int? code, string incident)
        {
            switch (response.StatusCode)
            {
                case 400:
                    return new InvalidRequestException(message, response, code, incident);
                case 401:
                    return new UnauthorizedException(message, response, code, incident);
                case 403:
                    return new ForbiddenException(message, response, code, incident);
                case 404:
                    return new NotFoundException(message, response, code, incident);
                case 429:
                    return new TooManyRequestsException(message, response, code, incident);
                default:
                    return response.StatusCode >= 500
                        ? new ServerFaultException(message, response, code, incident)
                        : new RefusedException(message, response, code, incident);
            }
        }

        private static object Field(object value, string name)
        {
            object found = null;
            (value as Dictionary<string, object>)?.TryGetValue(name, out found);
            return found;
        }
    }

    /// <summary>400: a value is missing, malformed or not usable.</summary>
    public sealed class InvalidRequestException : RefusedException
    {
        internal InvalidRequestException(string said, HttpStringResponse by, int? code, string incident)
            : base(said, by, code, incident)
        {
        }
    }

    /// <summary>401: no good credential.</summary>
    public sealed class UnauthorizedException : RefusedException
    {
        internal UnauthorizedException(string said, HttpStringResponse by, int? code, string incident)
            : base(said, by, code, incident)
        {
        }
    }

    /// <summary>403: known, but not allowed.</summary>
    public sealed class ForbiddenException : RefusedException
    {
        internal ForbiddenException(string said, HttpStringResponse by, int? code, string incident)
            : base(said, by, code, incident)
        {
        }
    }

    /// <summary>404: no such address.</summary>
    public sealed class NotFoundException : RefusedException
    {
        internal NotFoundException(string said, HttpStringResponse by, int? code, string incident)
            : base(said, by, code, incident)
        {
        }
    }

    /// <summary>429: come back later.</summary>
    public sealed class TooManyRequestsException : RefusedException
    {
        internal TooManyRequestsException(string said, HttpStringResponse by, int? code, string incident)
            : base(said, by, code, incident)
        {
        }
    }

    /// <summary>500 and up: the server could not.</summary>
    public sealed class ServerFaultException : RefusedException
    {
        internal ServerFaultException(string said, HttpStringResponse by, int? code, string incident)
            : base(said, by, code, incident)
        {
        }
    }
}
